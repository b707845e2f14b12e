"""What vendors' messages go through: kept before they are acknowledged, answered once, in order."""
