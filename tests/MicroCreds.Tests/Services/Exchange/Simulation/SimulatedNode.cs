using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Statements;
using MicroCreds.Services;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>One institution: a store that survives crashes, and the exchange as the product runs it, made anew in each life.</summary>
internal sealed class SimulatedNode : IDisposable
{
    private readonly Scheduler _scheduler;
    private readonly SimulatedNetwork _network;
    private readonly TrustRegistry _registry;
    private readonly ILoggerFactory _loggers;
    private readonly NodeMetrics _metrics = new();
    private readonly HostedInstitution _institution;

    public SimulatedNode(Scheduler scheduler, SimulatedNetwork network, ExchangeMembers members, OrganisationId organisation, ILoggerFactory loggers, PlantedBug bug)
    {
        (_scheduler, _network, _registry, _loggers) = (scheduler, network, members.Join(), loggers);
        Store = new MemoryStatementStore(scheduler, organisation, StatementCodec.SignerFor(organisation, ExchangeMembers.Consortium, members.KeyOf(organisation)), bug);
        _institution = new HostedInstitution
        {
            Organisation = organisation,
            Name = organisation.Value,
            Policy = new RecognitionPolicy(),
            Cases = null!, // Nothing of the exchange reads cases, tables or grades.
            Statements = Store,
            Tables = null!,
            Adoptions = null!,
            Agreements = null!,
            Grades = null!,
            StatementKey = members.KeyOf(organisation),
            TlsCertificate = members.Certificates[organisation],
            LearnerSecret = new byte[32],
            DecisionWriter = null!,
            Published = null!,
        };
    }

    public OrganisationId Organisation => _institution.Organisation;

    public MemoryStatementStore Store { get; }

    /// <summary>The life it is in; null while it is down.</summary>
    public Scheduler.Life? Life { get; private set; }

    public int Crashes { get; private set; }

    public void Start()
    {
        if (Life is not null) return;
        Life = new Scheduler.Life();
        var hosting = new Hosting([_institution]);
        var exchange = new StatementExchange(hosting, _registry, _network, _metrics, _scheduler, _loggers.CreateLogger<StatementExchange>());
        _network.Attach(Organisation, Life, new ExchangeService(hosting, _registry, exchange, _metrics, _scheduler, _loggers.CreateLogger<ExchangeService>()));
        _scheduler.Begin(Life, () => exchange.RunAsync(CancellationToken.None));
    }

    public void Dispose() => _metrics.Dispose();

    /// <summary>Ends at once: whatever was under way is never gone on with, and nothing but the store is left.</summary>
    public void Crash()
    {
        if (Life is null) return;
        Life.Over = true;
        Life = null;
        Crashes++;
        _network.Detach(Organisation);
    }
}
