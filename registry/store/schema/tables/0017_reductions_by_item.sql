-- An audit asks of each item and zone whether anything was reduced: the index answers by itself.
DROP INDEX service_reduction_item;
CREATE INDEX service_reduction_item
  ON service_reduction (item, zone, voided_on, after, before);
