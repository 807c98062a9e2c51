-- Transfers between accounts as a patient analyst would write them for DuckDB: one CASE in the order
-- of the rows. It knows cases that state every fact, the law of 2026, and nothing of reforms.
SELECT
    CASE
        WHEN zone_acct IN ('FTI', 'FTF') OR counter IN ('FTI', 'FTF') THEN 'separate_rule'
        WHEN counter NOT IN ('DOM', 'DOM_FX') THEN CASE
            WHEN zone_acct IN ('FTE_UP', 'EFE', 'EFN') AND purpose = 'securities'
            THEN 'separate_rule' ELSE 'free_on_instruction'
        END
        WHEN counter = 'DOM_FX' OR NOT rmb THEN 'barred'
        WHEN zone_acct IN ('FTE_UP', 'EFE') AND same_entity THEN CASE
            WHEN use_prohibited OR quota = 'exceeded' THEN 'barred'
            WHEN quota = 'ok' THEN 'allowed_in_quota'
            ELSE 'needs_quota_lookup'
        END
        WHEN zone_acct IN ('EFE', 'EFN') THEN
            CASE WHEN purpose = 'goods' THEN 'allowed_with_review' ELSE 'barred' END
        WHEN same_entity AND entity_is_fi THEN 'barred'
        WHEN zone_acct = 'FTE' AND same_entity THEN CASE
            WHEN purpose = 'repay_loan' AND loan_age_months <= 6 THEN 'barred'
            WHEN purpose IN ('securities', 'other') THEN 'barred'
            ELSE 'allowed_with_review'
        END
        ELSE 'allowed_with_review'
    END AS outcome,
    count(*) AS n
FROM cases
GROUP BY 1
