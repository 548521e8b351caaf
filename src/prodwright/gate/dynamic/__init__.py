"""What the stages that inject faults share: planted defects, and what kinds mean."""
