-- Best rate and three taxes as a patient analyst would write them for DuckDB: two look-ups by words,
-- one by number, whole-number arithmetic. Halves go up; a tax below 50 yuan is not collected.
WITH line AS (
    SELECT
        code.settled,
        CAST(round(CAST(lines.customs_value AS DOUBLE) * 100) AS BIGINT) AS value,
        best.rate, code.excise, code.vat
    FROM lines
    JOIN code ON code.hs = lines.hs
    JOIN pair ON pair.origin = lines.origin AND pair.proofs = lines.proofs
    JOIN best ON best.key = pair.profile + code.line
),
dutied AS (SELECT *, (value * rate + 500000) // 1000000 AS raw FROM line),
taxed AS (
    SELECT *, CASE WHEN raw < 5000 THEN 0 ELSE raw END AS duty FROM dutied
),
excised AS (
    SELECT *,
        (2 * (value + duty) * excise + 1000000 - excise) // (2 * (1000000 - excise)) AS drunk
    FROM taxed
),
kept AS (SELECT *, CASE WHEN drunk < 5000 THEN 0 ELSE drunk END AS excise_due FROM excised),
added AS (SELECT *, ((value + duty + excise_due) * vat + 500000) // 1000000 AS own FROM kept),
whole AS (SELECT *, CASE WHEN own < 5000 THEN 0 ELSE own END AS vat_due FROM added)
SELECT
    coalesce(settled, CASE WHEN duty + excise_due + vat_due > 0 THEN 'payable' ELSE 'free' END) AS outcome,
    count(*) AS n,
    sum(CASE WHEN settled IS NULL THEN duty END) AS duty,
    sum(CASE WHEN settled IS NULL THEN excise_due END) AS consumption_tax,
    sum(CASE WHEN settled IS NULL THEN vat_due END) AS vat
FROM whole
GROUP BY 1
ORDER BY 1
