"""All that is ever said: findings, faults of documents, errors, texts, severities, dates."""
