using System.Globalization;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Storage;

namespace MicroCreds.Tests.Storage;

/// <summary>Writes without end, from several tasks at a time, and says on standard output what was acknowledged, one line each, ended by a full stop.</summary>
internal static class CrashWriter
{
    internal const string Mode = "crash-writer";
    internal static readonly OrganisationId Institution = OrganisationId.Parse("uni-a.example");
    internal static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");

    internal static async Task RunAsync(string path)
    {
        await using var database = await OpenAsync(path);
        await Task.WhenAll([.. Enumerable.Range(0, 6).Select(_ => Task.Run(() => DecideAsync(database))), Task.Run(() => ReceiveAsync(database))]);
    }

    internal static Task<InstitutionDatabase> OpenAsync(string path) =>
        InstitutionDatabase.OpenAsync(path, Institution, (draft, position) => Samples.Signed(draft.Audience, position), TimeProvider.System);

    private static async Task DecideAsync(InstitutionDatabase database)
    {
        while (true)
        {
            var sample = new Samples();
            Say(await database.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), CancellationToken.None));
            for (var i = 0; i < 3; i++)
                Say(await database.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, Partner), CancellationToken.None));
        }

        static void Say(MicroCreds.Domain.Problems.Result<RecognitionCase> result)
        {
            if (!result.Failed(out _, out var c)) System.Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"case {c.Application.Case} {c.EventCount} ."));
        }
    }

    private static async Task ReceiveAsync(InstitutionDatabase database)
    {
        var head = (await database.Statements.IncomingStreamAsync(Partner, CancellationToken.None)).Head;
        while (true)
        {
            var received = Samples.Received(head);
            var result = await database.Statements.ReceiveAsync(Partner, [received], Receipt, Samples.Noon, CancellationToken.None);
            if (result.Failed(out var problem, out var stream)) throw new InvalidOperationException(problem.Message);
            head = stream.Head;
            System.Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"received {head.Head} {head.Sequence} ."));
        }
    }

    private static string Receipt(StreamHead head) => $"receipt for {head.Sequence}";
}
