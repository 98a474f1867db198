-- A ledger row that is wrong is voided (作废) and never deleted: on which day, why, by whom. It stops
-- counting everywhere, and stays to be seen (view voided_rows). The proof that a voided deliverable
-- gave is no longer in `proof`.

ALTER TABLE agreement ADD COLUMN voided_on TEXT;
ALTER TABLE agreement ADD COLUMN voided_why TEXT;
ALTER TABLE agreement ADD COLUMN voided_by TEXT;

ALTER TABLE deliverable ADD COLUMN voided_on TEXT;
ALTER TABLE deliverable ADD COLUMN voided_why TEXT;
ALTER TABLE deliverable ADD COLUMN voided_by TEXT;

ALTER TABLE guidance_request ADD COLUMN voided_on TEXT;
ALTER TABLE guidance_request ADD COLUMN voided_why TEXT;
ALTER TABLE guidance_request ADD COLUMN voided_by TEXT;

ALTER TABLE service_reduction ADD COLUMN voided_on TEXT;
ALTER TABLE service_reduction ADD COLUMN voided_why TEXT;
ALTER TABLE service_reduction ADD COLUMN voided_by TEXT;
