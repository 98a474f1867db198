"""The internal site: findings, duties and SQL for those who sign in."""
