"""How well the bot serves: figures over a stretch of days, for supervisors."""
