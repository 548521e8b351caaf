"""The stages that judge, cheapest first, each with its positive control."""
