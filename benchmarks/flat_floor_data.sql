-- Routes of data as a patient analyst would write them for DuckDB: one CASE in the order of the rows.
-- It knows cases that state every fact, of 2026, and nothing of reforms.
SELECT
    CASE
        WHEN NOT transfer_abroad THEN 'no_procedure'
        WHEN state_secret_or_core THEN 'barred_or_special_law'
        WHEN requested_by_foreign_authority THEN 'approval_of_competent_authority'
        WHEN place = 'ftz:beijing' AND (
            nonsensitive > 10000000 OR sensitive > 1000000
            OR (ciio AND nonsensitive + sensitive > 100000)
        ) THEN 'security_assessment'
        WHEN important_data = 'designated' THEN 'security_assessment'
        WHEN NOT contains_pi OR overseas_origin_only THEN 'exempt'
        WHEN strictly_necessary AND (
            purpose IN ('contract', 'emergency', 'legal_duty') OR (purpose = 'hr' AND hr_basis)
        ) THEN 'exempt'
        WHEN NOT ciio AND place <> '' AND zone_sector_covered THEN CASE zone_list_hit
            WHEN 'outside' THEN 'exempt'
            WHEN 'assessment' THEN 'security_assessment'
            WHEN 'contract' THEN 'contract_or_certification'
            ELSE 'needs_list_lookup'
        END
        WHEN ciio OR nonsensitive >= 1000000 OR sensitive >= 10000 THEN 'security_assessment'
        WHEN nonsensitive >= 100000 OR sensitive > 0 THEN 'contract_or_certification'
        ELSE 'exempt'
    END AS outcome,
    count(*) AS n
FROM cases
GROUP BY 1
