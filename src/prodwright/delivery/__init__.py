"""What the user receives: reports and result documents."""
