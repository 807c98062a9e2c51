-- The answer to every cell of facts, once, by trying every way to complete what is missing.
--
-- alternative: what a case of a program may turn out to be, with the terms that would then bind.
-- terms:       the tests of those rows, a column each; shares are whole millionths.
-- share_cell:  runs of shares in which no test changes, each shown by its least share.
-- single_way:  for a share and what is said of the largest investor (0: nothing), each way it can
--              be: whether the host side no longer leads, and a share in the run where it lies.

CREATE TABLE program AS
SELECT program,
       bool_or(host_leads OR single_denied_from <= 1000000) AS asks_single,
       bool_or(legal_rep) AS asks_legal_rep,
       bool_or(manager) AS asks_manager,
       bool_or(board_from > 0) AS asks_board
FROM alternative JOIN terms ON terms IN (terms_new, terms_acquisition)
GROUP BY program;

CREATE TABLE completed AS
WITH way AS (
    SELECT program.*, share_cell, share, single, rel, single_share, legal_rep_said, vehicle, form,
           rep_foreign, manager_foreign, board
    FROM program
    CROSS JOIN share_cell
    JOIN single_way USING (share_cell)
    CROSS JOIN (FROM range(3) AS t(legal_rep_said))   -- 0 not said, 1 of the host, 2 foreign
    CROSS JOIN (FROM range(2) AS t(vehicle))          -- 1 partnership
    CROSS JOIN (FROM range(2) AS t(form))             -- 1 acquisition
    CROSS JOIN (FROM (VALUES (false), (true)) AS t(rep_foreign))
    CROSS JOIN (FROM (VALUES (false), (true)) AS t(manager_foreign))
    CROSS JOIN (FROM (VALUES (0), (1000000)) AS t(board))
    WHERE CASE legal_rep_said WHEN 0 THEN asks_legal_rep OR NOT rep_foreign
                              ELSE rep_foreign = (legal_rep_said = 2) END
      AND (asks_manager OR NOT manager_foreign)
      AND (asks_board OR board = 0)
)
SELECT way.* EXCLUDE (share), tag_no, area_no,
       CASE WHEN prohibited THEN 'prohibited'
            WHEN share >= denied_from THEN 'denied_share'
            WHEN no_partnership AND vehicle = 1 THEN 'denied_vehicle'
            WHEN host_leads AND rel THEN 'denied_relative_control'
            WHEN single_share >= single_denied_from THEN 'denied_single_cap'
            WHEN legal_rep AND rep_foreign THEN 'denied_condition'
            WHEN manager AND manager_foreign THEN 'denied_condition'
            WHEN board < board_from THEN 'denied_condition'
            ELSE passing END AS outcome
FROM way
JOIN alternative USING (program)
JOIN terms ON terms = CASE form WHEN 0 THEN terms_new ELSE terms_acquisition END;

CREATE MACRO differs_by(others) AS TABLE
SELECT program, share_cell, single, legal_rep_said, vehicle, form
FROM completed
GROUP BY program, share_cell, single, legal_rep_said, vehicle, form, others
HAVING count(DISTINCT outcome) > 1;

-- A fact is needed when two completions that differ in it alone have different outcomes.
CREATE TABLE needed AS
SELECT program, share_cell, single, legal_rep_said, vehicle, form, bit_or(bit)::UTINYINT AS needs
FROM (
    SELECT 1 AS bit, * FROM differs_by(
        (tag_no, rel, single_share, rep_foreign, manager_foreign, board))
    UNION ALL SELECT 2, * FROM differs_by(
        (area_no, rel, single_share, rep_foreign, manager_foreign, board))
    UNION ALL SELECT 4, * FROM differs_by(
        (tag_no, area_no, rep_foreign, manager_foreign, board))
    UNION ALL SELECT 8, * FROM differs_by(
        (tag_no, area_no, rel, single_share, manager_foreign, board))
    UNION ALL SELECT 16, * FROM differs_by(
        (tag_no, area_no, rel, single_share, rep_foreign, board))
    UNION ALL SELECT 32, * FROM differs_by(
        (tag_no, area_no, rel, single_share, rep_foreign, manager_foreign))
)
GROUP BY ALL;

-- When none is, outcomes differ only where several facts change together: ask for all of them.
CREATE TABLE answer AS
WITH found AS (
    SELECT program, share_cell, single, legal_rep_said, vehicle, form,
           min(outcome) AS first_outcome, max(outcome) AS last_outcome,
           (max(area_no) > 0)::INT + (max(tag_no) > 0)::INT * 2
           + bool_or(single = 0 AND asks_single)::INT * 4
           + bool_or(legal_rep_said = 0 AND asks_legal_rep)::INT * 8
           + bool_or(asks_manager)::INT * 16 + bool_or(asks_board)::INT * 32 AS missing
    FROM completed
    GROUP BY ALL
)
SELECT ((((program * $share_cells + share_cell) * $singles + single) * 3 + legal_rep_said) * 2
         + vehicle) * 2 + form AS cell,
       (CASE WHEN first_outcome = last_outcome THEN first_outcome
             ELSE 'unknown' END)::outcome_word AS outcome,
       (CASE WHEN first_outcome = last_outcome THEN 0
             ELSE coalesce(needs, missing) END)::UTINYINT AS needs
FROM found
LEFT JOIN needed USING (program, share_cell, single, legal_rep_said, vehicle, form);
