-- The answer to every case of a file: look up each fact, add up the cell, look up its answer.
--
-- Every number is ready in the small tables, so that a case costs seven equi-joins and a few sums.
-- `matter` says where an activity, a place and a run of days meet; `cell` holds the program times
-- the number of cells of one program.
SELECT cases.id, section, cases.place, place_no, outcome, needs
FROM read_parquet('$path') AS cases
JOIN activity_no USING (activity)
JOIN place_no USING (place)
JOIN day_no USING (date)
JOIN share_no USING (foreign_share)
LEFT JOIN host_name ON host_name.name = legal_rep_nationality
JOIN matter ON matter.no = activity_no.no + place_no.no + day_no.no
JOIN answer ON answer.cell
    = matter.cell
    + share_no.no
    + CASE WHEN largest_single_foreign IS NULL THEN 0
           ELSE $single_said
                + (foreign_share + largest_single_foreign >= 1)::INT * $host_no_longer_leads
                + $single_caps_passed END
    + CASE WHEN legal_rep_nationality IS NULL THEN 0
           WHEN host_name.name IS NOT NULL THEN 4
           ELSE 8 END
    + (vehicle IS NOT NULL AND vehicle = 'partnership')::INT * 2
    + (form IS NOT NULL AND form = 'acquisition')::INT
