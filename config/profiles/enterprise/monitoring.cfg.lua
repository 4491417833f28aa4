-- Figures every half minute: a collector that asks oftener sees the same again.
-- Change it up where the machine is small, to "manual" where the collector's question should trigger the count.

statistics_interval = 30
