using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>A server was silent for too long. What it was asked may still be done, and the work that asked may still stand where it stood, so it is not run again.</summary>
internal sealed class PostgresSilentException() : NpgsqlException("The server does not answer.");
