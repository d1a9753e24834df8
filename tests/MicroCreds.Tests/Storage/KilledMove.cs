using System.Diagnostics;
using System.Globalization;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Storage;
using MicroCreds.Storage.Moving;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Tests.Storage;

/// <summary>A move in a process of its own, which the operating system ends ahead of one of its changes.</summary>
internal static class KilledMove
{
    internal const string Mode = "killed-move";
    internal static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    internal static readonly Sha256Digest Secret = InstitutionDatabase.DigestOf("secret"u8);

    /// <summary>Moves between a file and a schema, and dies ahead of the change of that number.</summary>
    internal static async Task RunAsync(string[] arguments)
    {
        var (address, schema, file, toFile, dieAt) = (arguments[0], arguments[1], arguments[2], arguments[3] == "file", int.Parse(arguments[4], CultureInfo.InvariantCulture));
        await using var server = PostgresServer.Of(address);
        var change = 0;
        Run(server, schema, file, toFile, _ =>
        {
            if (++change == dieAt) Process.GetCurrentProcess().Kill();
        });
    }

    internal static MoveOutcome Run(PostgresServer server, string schema, string file, bool toFile, Action<string> before)
    {
        using var source = toFile ? StoreInspection.Open(server, schema, Institution, alone: true) : StoreInspection.OpenAlone(file, Institution);
        using var target = toFile ? MoveTarget.File(file, Institution) : MoveTarget.Schema(server, schema, Institution, Secret);
        return StoreMove.Run(source, target, null, rowsAtOnce: 2, before);
    }

    /// <summary>Starts such a process and waits for its end.</summary>
    internal static async Task<int> StartAsync(string schema, string file, bool toFile, int dieAt)
    {
        string[] line = ["exec", typeof(KilledMove).Assembly.Location, Mode, TestPostgres.Shared, schema, file, toFile ? "file" : "schema", dieAt.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo("dotnet", line) { RedirectStandardError = true }) ?? throw new InvalidOperationException("The move did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode is 0 or 137, await errors);
        return process.ExitCode;
    }
}
