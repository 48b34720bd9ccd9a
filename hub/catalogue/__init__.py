"""The public catalogue: what can be launched here, validated sheets, signed certificates."""
