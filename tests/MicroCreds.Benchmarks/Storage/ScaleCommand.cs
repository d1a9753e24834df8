using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MicroCreds.Benchmarks.Rules;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;
using MicroCreds.Storage.Postgres;

namespace MicroCreds.Benchmarks.Storage;

/// <summary>What many cases cost: bytes for each, and the times of the questions that offices, partners and student systems ask.</summary>
internal static class ScaleCommand
{
    private const int FileBytes = 4096;
    private const int AtOnce = 256;
    private const int Questions = 1000;
    private static readonly OrganisationId Institution = OrganisationId.Parse("scale.example");
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    internal static async Task<int> RunAsync(string[] args)
    {
        var (cases, address, move) = (100_000, "", "");
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            if (args[i] == "--postgres") address = args[i + 1];
            else if (args[i] == "--move") move = args[i + 1];
            else if (args[i] != "--cases" || !int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out cases)) args = [""];
        }

        if (args.Length % 2 != 0 || cases < 1000 || (address.Length > 0 && move.Length > 0))
        {
            Console.Error.WriteLine("Options: --cases N (1000 or more), and --postgres ADDRESS, a server whose schema scale.example may be made, or --move ADDRESS to move the store there from SQLite, and back.");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("mcf-scale-").FullName;
        var key = SigningKey.Generate();
        var sign = StatementCodec.SignerFor(Institution, "bench.example", key);
        await using var server = address.Length > 0 ? PostgresServer.Of(address) : null;
        await using (var store = server is null
            ? await InstitutionDatabase.OpenAsync(Path.Combine(folder, "institution.db"), Institution, sign, TimeProvider.System)
            : await InstitutionDatabase.OpenAsync(server, Institution, "scale"u8, sign, TimeProvider.System))
        {
            Console.WriteLine(Machine.Describe());
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"`scale --cases {cases}{(server is null ? "" : " --postgres …")}`: {cases:N0} cases of a year, each with a file of {FileBytes} bytes; nine of ten are withdrawn, and their submitters are sent a statement each. {Questions} questions of each kind, one after another."));
            Console.WriteLine();
            var clock = Stopwatch.StartNew();
            var ids = new CaseId[cases];
            await EachAsync(cases, i => FillAsync(store, i, ids));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Filled in {clock.Elapsed.TotalSeconds:N0} s ({cases / clock.Elapsed.TotalSeconds:N0} cases per second)."));
            if (server is null) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"On disk: {new DirectoryInfo(folder).GetFiles().Sum(f => f.Length) / (double)cases:N0} bytes for each case, its file of {FileBytes} among them."));
            Console.WriteLine();
            Console.WriteLine("| question | median, ms | 99 of 100, ms | slowest, ms |");
            Console.WriteLine("|---|---|---|---|");
            await AskAsync(store, cases, ids);
        }

        if (move.Length > 0)
        {
            await using var target = PostgresServer.Of(move);
            MoveMeasure.Run(Path.Combine(folder, "institution.db"), Institution, target, InstitutionDatabase.DigestOf("scale"u8), new MemberKeys("bench.example", (_, id) => id == key.KeyId ? key.PublicKey : null));
        }

        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static async Task AskAsync(InstitutionDatabase store, int cases, CaseId[] ids)
    {
        var lots = new Lots(1);
        var open = new CaseFilter([CaseState.Received], null, null, null, null);
        var any = new CaseFilter([], null, null, null, null);
        (string Name, Func<Task> Ask)[] questions =
        [
            ("the queue: 50 open cases by due day", () => store.Cases.ListAsync(open, null, 50, CancellationToken.None)),
            ("the queue from a day within it", () => store.Cases.ListAsync(open, At(), 50, CancellationToken.None)),
            ("50 open cases nobody has taken", () => store.Cases.ListAsync(open with { Assignee = "-" }, At(), 50, CancellationToken.None)),
            ("50 open cases of one programme", () => store.Cases.ListAsync(open with { Programme = ProgrammeOf(lots.Below(cases)) }, null, 50, CancellationToken.None)),
            ("50 open cases due until a day", () => store.Cases.ListAsync(open with { DueUntil = DueOf(lots.Below(cases), cases) }, null, 50, CancellationToken.None)),
            ("50 cases of a partner", () => store.Cases.ListAsync(any with { SubmittedBy = PartnerOf(lots.Below(cases)) }, At(), 50, CancellationToken.None)),
            ("50 cases of any kind, from anywhere", () => store.Cases.ListAsync(any, At(), 50, CancellationToken.None)),
            ("one case with its history", () => store.Cases.FindAsync(ids[lots.Below(cases)], CancellationToken.None)),
            ("a learner's ledger", () => store.Cases.LedgerAsync(LearnerOf(lots.Below(cases)), CancellationToken.None)),
            ("100 changes after a cursor", () => store.Cases.ChangesAsync(lots.Below(cases), 100, CancellationToken.None)),
        ];
        foreach (var (name, ask) in questions)
        {
            for (var i = 0; i < 20; i++) await ask();
            var times = new double[Questions];
            for (var i = 0; i < Questions; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await ask();
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            Array.Sort(times);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {times[Questions / 2]:N2} | {times[Questions * 99 / 100]:N2} | {times[^1]:N1} |"));
        }

        CaseListPosition At()
        {
            var i = lots.Below(cases);
            return new(DueOf(i, cases), ids[i]);
        }
    }

    private static async Task FillAsync(InstitutionDatabase store, int i, CaseId[] ids)
    {
        var file = RandomNumberGenerator.GetBytes(FileBytes);
        var digest = Sha256Digest.Of(file);
        var now = Start + TimeSpan.FromMinutes(i * 525_600L / ids.Length);
        var application = new Application
        {
            Case = CaseId.New(), Institution = Institution, SubmittedBy = PartnerOf(i), Programme = ProgrammeOf(i), TargetUnit = UnitCode.Parse($"UNIT-{i % 400}"),
            Learner = LearnerOf(i), Credentials = [digest], SubmittedAt = now,
        };
        ids[i] = application.Case;
        var opened = await store.Cases.OpenAsync(
            new ChangeRequest("scale", RequestId.New(), digest), application.Learner, [file],
            _ => new CaseTransition { Events = [new CaseEvent.Submitted(Actor.Node, now, application), new CaseEvent.Acknowledged(Actor.Node, now, 4, "https://scale.example/", "Office")] }, CancellationToken.None);
        if (opened.Failed(out var problem, out _)) throw new InvalidOperationException(problem.Message);
        if (i % 10 == 0) return;
        var changed = await store.Cases.ChangeAsync(
            application.Case, new ChangeRequest("scale", RequestId.New(), digest), null, (c, _) => CaseTransitions.Withdraw(c, "The learner changed plans.", Actor.Node, now + TimeSpan.FromDays(10)), CancellationToken.None);
        if (changed.Failed(out problem, out _)) throw new InvalidOperationException(problem.Message);
    }

    private static async Task EachAsync(int count, Func<int, Task> fill)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next)) await fill(i);
        })));
    }

    private static OrganisationId PartnerOf(int i) => OrganisationId.Parse(string.Create(CultureInfo.InvariantCulture, $"uni-{i % 30}.example"));

    private static ProgrammeCode ProgrammeOf(int i) => ProgrammeCode.Parse(string.Create(CultureInfo.InvariantCulture, $"L-{i % 57}"));

    private static LearnerKey LearnerOf(int i) => LearnerKey.For(string.Create(CultureInfo.InvariantCulture, $"urn:learner:{i / 3}"), "scale"u8);

    private static DateOnly DueOf(int i, int cases) => DateOnly.FromDateTime((Start + TimeSpan.FromMinutes(i * 525_600L / cases)).UtcDateTime).AddMonths(4);
}
