using System.Text.Json;
using MicroCreds.Cli.Pilot;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using MicroCreds.Node.Operations;
using MicroCreds.Storage;
using MicroCreds.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace MicroCreds.Tests.Operations;

/// <summary>An institution with the keys, trust list and configuration of the pilot, its store without a node, and operations on it.</summary>
internal sealed class OperatedNode : IDisposable
{
    private const string Consortium = "pilot.example";
    private readonly PilotFiles _files = PilotFiles.Create(null);
    private readonly SigningKey _key;
    private readonly SigningKey _partnerKey;

    public OperatedNode()
    {
        PilotConsortium.Create(_files, PilotInstitution.All.Select((i, n) => (i, n)).ToDictionary(p => p.i, p => 7000 + p.n), Samples.Noon);
        (_key, _partnerKey) = (KeyOf(PilotInstitution.Roma), KeyOf(PilotInstitution.Madrid));
        File.WriteAllText(Path.Combine(Directory, "keys", "learner.secret"), Convert.ToBase64String(new byte[32]));
    }

    /// <summary>The institution.</summary>
    public static OrganisationId Institution => PilotInstitution.Roma.Organisation;

    /// <summary>A partner with statements in both directions.</summary>
    public static OrganisationId Partner => PilotInstitution.Madrid.Organisation;

    /// <summary>The institution's own directory.</summary>
    public string Directory => Path.Combine(_files.DataOf(PilotInstitution.Roma), Institution.Value);

    /// <summary>The node's configuration.</summary>
    public string Configuration => PilotConsortium.ConfigurationOf(_files, PilotInstitution.Roma);

    /// <summary>The store.</summary>
    public string Store => Path.Combine(Directory, "institution.db");

    /// <summary>A path beside the nodes' files.</summary>
    public string At(string name) => _files.At(name);

    public void Dispose() => _files.Leave();

    /// <summary>Opens the store as a node does.</summary>
    public Task<InstitutionDatabase> OpenAsync() => OpenAsync(Store);

    /// <summary>Opens another file of the institution.</summary>
    public Task<InstitutionDatabase> OpenAsync(string path) => InstitutionDatabase.OpenAsync(path, Institution, StatementCodec.SignerFor(Institution, Consortium, _key), TimeProvider.System);

    /// <summary>Decides a case in three versions, each told to the partner, who acknowledges the first.</summary>
    public async Task FillAsync(InstitutionDatabase database)
    {
        var none = CancellationToken.None;
        var sample = new Samples();
        await database.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), none);
        for (var i = 0; i < 3; i++) await database.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (c, _) => Samples.Decide(c, Partner), none);
        var first = (await database.Statements.OutgoingAsync(Partner, 1, 0, 1, none))[0];
        var upTo = new StreamHead(1, 1, first.Digest);
        Assert.False((await database.Statements.RecordReceiptAsync(Partner, upTo, ReceiptCodec.Sign(new StreamParties(Institution, Partner, Consortium), upTo, Samples.Noon, _partnerKey), Samples.Noon, none)).Failed(out _, out _));
        await ReceiveAsync(database, _partnerKey);
    }

    /// <summary>Opens and keeps one more case.</summary>
    public static async Task<CaseId> OpenCaseAsync(InstitutionDatabase database)
    {
        var sample = new Samples();
        Assert.False((await database.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), CancellationToken.None)).Failed(out _, out _));
        return sample.Case;
    }

    /// <summary>Takes in one statement of the partner, signed by whichever key.</summary>
    public async Task ReceiveAsync(InstitutionDatabase database, SigningKey key)
    {
        var parties = new StreamParties(Partner, Institution, Consortium);
        var (draft, place) = (new StatementDraft(Institution, StatementKind.Decided, CaseId.New(), 1, 0, "{}"u8.ToArray(), [], Samples.Noon), new StreamPosition(1, 1, null));
        var statement = StatementCodec.Sign(draft, place, parties, key);
        var received = new ReceivedStatement(place, statement.Digest, draft.Case, draft.Kind, statement);
        Assert.False((await database.Statements.ReceiveAsync(Partner, [received], head => ReceiptCodec.Sign(parties, head, Samples.Noon, _key), Samples.Noon, CancellationToken.None)).Failed(out _, out _));
    }

    /// <summary>Takes the store away, as a lost disk does.</summary>
    public void Lose()
    {
        foreach (var file in System.IO.Directory.GetFiles(Directory, "institution.db*")) File.Delete(file);
    }

    /// <summary>Changes the store behind the node's back.</summary>
    public void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Store};Pooling=False;Foreign Keys=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }

    /// <summary>Runs an operation on the configuration.</summary>
    public (int ExitCode, string Output, string Error) Run(params string[] line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = OperationRun.Run([.. line, "--config", Configuration], output, error, new ManualClock(Samples.Noon.AddYears(1)));
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Runs an operation and reads its answer for programs.</summary>
    public (int ExitCode, JsonElement Answer) RunJson(params string[] line)
    {
        var (exitCode, output, _) = Run([.. line, "--json"]);
        using var document = JsonDocument.Parse(output);
        return (exitCode, document.RootElement.GetProperty("institutions")[0].Clone());
    }

    private SigningKey KeyOf(PilotInstitution institution)
    {
        var pem = File.ReadAllText(Path.Combine(_files.DataOf(institution), institution.Organisation.Value, "keys", "statement.pem"));
        return SigningKey.TryImportPem(pem, out var key) ? key : throw new InvalidOperationException("The pilot made no key.");
    }
}
