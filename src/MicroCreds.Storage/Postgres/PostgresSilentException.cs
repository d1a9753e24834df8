using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>A server, or the standby that it waits for, was silent for too long. What was asked may still be done, and whoever asked has waited enough: it is not asked again.</summary>
internal sealed class PostgresSilentException(string message = "The server does not answer.") : NpgsqlException(message);
