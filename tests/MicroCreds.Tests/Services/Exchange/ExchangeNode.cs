using System.Collections.Immutable;
using MicroCreds.Credentials.Exporting;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Storage;
using MicroCreds.Tests.Storage;
using Microsoft.Extensions.Logging;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Tests.Services.Exchange;

/// <summary>
/// One institution's side of the exchange over a real store, on a bad network. Its rounds are run by the test, one at a time.
/// </summary>
internal sealed class ExchangeNode : IAsyncDisposable
{
    private readonly Dictionary<OrganisationId, PartnerExchange> _pairs = [];
    private readonly BadNetwork _network;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly NodeMetrics _metrics = new();
    private readonly TemporaryDirectory _directory;
    private readonly InstitutionDatabase _database;

    private ExchangeNode(HostedInstitution institution, InstitutionDatabase database, TemporaryDirectory directory, ExchangeMembers members, BadNetwork network, TimeProvider clock)
    {
        (Institution, _database, _directory, _network, _clock, Registry) = (institution, database, directory, network, clock, members.Join());
        _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug));
        Hosting = new Hosting([institution]);
        Exchange = new StatementExchange(Hosting, Registry, network, _metrics, clock, _loggers.CreateLogger<StatementExchange>());
        Service = new ExchangeService(Hosting, Registry, Exchange, _metrics, clock, _loggers.CreateLogger<ExchangeService>());
        network.Attach(institution.Organisation, Service, Registry);
    }

    public HostedInstitution Institution { get; }
    public Hosting Hosting { get; }
    public OrganisationId Organisation => Institution.Organisation;
    public TrustRegistry Registry { get; }
    public ErrorLog Log { get; } = new();
    public StatementExchange Exchange { get; }
    public Wire.ExchangeService.ExchangeServiceBase Service { get; }

    public static Task<ExchangeNode> OpenAsync(ExchangeMembers members, OrganisationId organisation, BadNetwork network, TimeProvider clock) =>
        OpenAsync(members, organisation, network, clock, new TemporaryDirectory());

    /// <summary>As above, on the file <c>institution.db</c> of a directory.</summary>
    public static async Task<ExchangeNode> OpenAsync(ExchangeMembers members, OrganisationId organisation, BadNetwork network, TimeProvider clock, TemporaryDirectory directory)
    {
        var key = members.KeyOf(organisation);
        var database = await InstitutionDatabase.OpenAsync(
            directory.File("institution.db"), organisation, StatementCodec.SignerFor(organisation, ExchangeMembers.Consortium, key), clock);
        var institution = new HostedInstitution
        {
            Organisation = organisation,
            Name = organisation.Value,
            Policy = new RecognitionPolicy(),
            Cases = database.Cases,
            Statements = database.Statements,
            Recovery = database.Recovery,
            Tables = database.Equivalences,
            Adoptions = database.Adoptions,
            Agreements = database.Agreements,
            Grades = database.GradeTables,
            StatementKey = key,
            TlsCertificate = members.Certificates[organisation],
            LearnerSecret = new byte[32],
            DecisionWriter = new DecisionWriter(new(organisation, organisation.Value, "", [], 25), null),
            Published = new PublishedRules(database.Equivalences, clock),
        };
        return new ExchangeNode(institution, database, directory, members, network, clock);
    }

    /// <summary>The node's dealings with one partner.</summary>
    public PartnerExchange With(OrganisationId partner) => _pairs.TryGetValue(partner, out var pair) ? pair
        : _pairs[partner] = new PartnerExchange(Institution, partner, Registry, _network, _metrics, _clock, _loggers.CreateLogger<PartnerExchange>());

    /// <summary>Runs one round with a partner; answers how long it would rest.</summary>
    public Task<TimeSpan> StepAsync(OrganisationId partner) => With(partner).StepAsync(CancellationToken.None);

    /// <summary>Decides cases, so that statements to a partner are queued.</summary>
    public async Task DecideAsync(OrganisationId partner, int count)
    {
        for (var left = count; left > 0; left -= 50)
        {
            var sample = new Samples();
            var audience = Enumerable.Repeat(partner, Math.Min(50, left)).ToArray();
            Assert.False((await Institution.Cases.OpenAsync(Samples.Request(), sample.Learner, sample.Files, _ => sample.Opening(), CancellationToken.None)).Failed(out _, out var opened));
            Assert.False((await Institution.Cases.ChangeAsync(sample.Case, Samples.Request(), null, (now, _) => Samples.Decide(now, audience), CancellationToken.None)).Failed(out _, out opened));
        }
    }

    public async Task<ImmutableArray<StoredStatement>> SentAsync(OrganisationId partner) =>
        await Institution.Statements.OutgoingAsync(partner, 1, 0, 100_000, CancellationToken.None);

    public async Task<OutgoingStream> OutgoingAsync(OrganisationId partner) =>
        (await Institution.Statements.OutgoingStreamsAsync(CancellationToken.None)).Single(s => s.Partner == partner);

    /// <summary>A copy of the store as it is now, in a directory of its own.</summary>
    public TemporaryDirectory Copy()
    {
        var copy = new TemporaryDirectory();
        File.WriteAllBytes(copy.File("institution.db"), []);
        using var store = StoreInspection.Open(_directory.File("institution.db"), Organisation);
        store.CopyTo(copy.File("institution.db"));
        return copy;
    }

    /// <summary>Holds every stream, as a store does that finds that it may lack what was said.</summary>
    public async Task HoldAsync() => Assert.False((await _database.HoldAllAsync(_clock.GetUtcNow(), CancellationToken.None)).Failed(out _, out _));

    public Task<IncomingStream> IncomingAsync(OrganisationId partner) => Institution.Statements.IncomingStreamAsync(partner, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        var findings = await _database.CheckAsync(CancellationToken.None);
        await _database.DisposeAsync();
        Exchange.Dispose();
        _metrics.Dispose();
        _loggers.Dispose();
        _directory.Dispose();
        Assert.Empty(findings);
        Log.Check();
    }
}
