"""What assemblies do: propose, announce, discuss, vote, count."""
