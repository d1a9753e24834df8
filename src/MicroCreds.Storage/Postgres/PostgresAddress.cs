using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace MicroCreds.Storage.Postgres;

/// <summary>
/// A connection address as PostgreSQL's own programs take it: <c>postgresql://user:password@host:port/database?name=value</c>, several hosts with a comma
/// between them, a directory with a Unix socket as <c>?host=/run/postgresql</c> (PostgreSQL 15, 34.1.1.2).
/// </summary>
internal static class PostgresAddress
{
    private static readonly string[] Schemes = ["postgresql://", "postgres://"];

    /// <summary>Reads an address. Its password is in no message.</summary>
    internal static bool TryParse(string address, [NotNullWhen(true)] out NpgsqlConnectionStringBuilder? settings, out string fault)
    {
        (settings, fault) = (null, "");
        if (Schemes.FirstOrDefault(s => address.StartsWith(s, StringComparison.Ordinal)) is not { } scheme)
        {
            fault = "it does not begin with postgresql://";
            return false;
        }

        var builder = new NpgsqlConnectionStringBuilder();
        try
        {
            var (rest, query) = Cut(address[scheme.Length..], '?');
            var (authority, database) = Cut(rest, '/');
            var at = authority.LastIndexOf('@');
            if (at >= 0)
            {
                var (user, password) = Cut(authority[..at], ':');
                builder.Username = Uri.UnescapeDataString(user);
                if (password.Length > 0) builder.Password = Uri.UnescapeDataString(password);
            }
            if (authority[(at + 1)..] is { Length: > 0 } hosts) builder.Host = Uri.UnescapeDataString(hosts);
            if (database.Length > 0) builder.Database = Uri.UnescapeDataString(database);
            foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            {
                var (name, value) = Cut(pair, '=');
                // verify-full and verify-ca are VerifyFull and VerifyCA in Npgsql.
                builder[NameOf(name)] = name == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : Uri.UnescapeDataString(value);
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
        {
            fault = e.Message;
            return false;
        }
        settings = builder;
        return true;
    }

    // The names of PostgreSQL's library; any other name is one of Npgsql's own.
    private static string NameOf(string name) => Uri.UnescapeDataString(name) switch
    {
        "host" => "Host",
        "port" => "Port",
        "user" => "Username",
        "password" => "Password",
        "dbname" => "Database",
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "passfile" => "Passfile",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "target_session_attrs" => "Target Session Attributes",
        var other => other,
    };

    private static (string Before, string After) Cut(string text, char at) => text.IndexOf(at, StringComparison.Ordinal) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");
}
