using System.Globalization;
using MicroCreds.Domain.Identifiers;
using Microsoft.Extensions.Logging;

namespace MicroCreds.Tests.Services.Exchange.Simulation;

/// <summary>
/// Five institutions that decide and tell each other for half a day, on a network that loses and doubles one message in twenty, with
/// partitions and crashes, then for three hours on a good one. Everything but the bytes of keys, salts and signatures follows from the seed.
/// </summary>
internal sealed class SimulatedFederation : ILoggerProvider
{
    private static readonly OrganisationId[] Organisations = [.. Enumerable.Range(1, 5).Select(i => OrganisationId.Parse($"uni-{i}.example"))];
    private static readonly TimeSpan Bad = TimeSpan.FromHours(12);
    private static readonly TimeSpan Good = TimeSpan.FromHours(3);
    private const int Decisions = 120;
    private const int StepsPerCrash = 700;

    private readonly Scheduler _scheduler;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedNode[] _nodes;
    private readonly List<string> _errors = [];
    private readonly Dictionary<CaseId, OrganisationId> _cases = [];
    private readonly HashSet<CaseId> _answered = [];

    public SimulatedFederation(ulong seed, PlantedBug bug)
    {
        _scheduler = new Scheduler(seed);
        _network = new SimulatedNetwork(_scheduler);
        var members = new ExchangeMembers(_scheduler.GetUtcNow(), Organisations);
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(this));
        _nodes = [.. Organisations.Select(o => new SimulatedNode(_scheduler, _network, members, o, loggers, bug))];
    }

    /// <summary>Everything that is wrong at the end; empty when the promises held.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>What the run was, to compare two of them.</summary>
    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{_scheduler.Steps} steps, {_network.Lost} lost, {_network.Doubled} doubled, {_nodes.Sum(n => n.Crashes)} crashes, {_nodes.Sum(n => n.Store.Decisions.Count)} cases, then {_scheduler.Draw(1_000_000)}");

    public SimulatedFederation Run()
    {
        var world = new Scheduler.Life();
        foreach (var node in _nodes) node.Start();
        _scheduler.Stepped = life =>
        {
            if (Array.Find(_nodes, n => n.Life == life) is { } node && _scheduler.Draw(StepsPerCrash) == 0) CrashFor(node, TimeSpan.FromSeconds(1 + _scheduler.Draw(1200)));
        };
        for (var i = 0; i < Decisions; i++)
        {
            var id = CaseId.Parse((i + 1).ToString("x32", CultureInfo.InvariantCulture));
            var (at, to) = TwoNodes();
            _cases[id] = to.Organisation;
            _scheduler.After(Within(Bad), world, () => Ask(at, to.Organisation, id));
        }

        for (var i = 0; i < 20; i++) _scheduler.After(Within(Bad), world, CutSomewhere);
        _scheduler.Run(Bad, () => false);

        _scheduler.Stepped = null;
        _network.BadPerMille = 0;
        foreach (var from in Organisations) foreach (var to in Organisations) _network.Cut(from, to, false);
        foreach (var node in _nodes) node.Start();
        _scheduler.Run(Good, () => false);
        Check();
        return this;

        void CrashFor(SimulatedNode node, TimeSpan time)
        {
            node.Crash();
            _scheduler.After(time, world, node.Start);
        }

        // A client that was not answered asks again with the same request id.
        void Ask(SimulatedNode node, OrganisationId partner, CaseId id)
        {
            if (_answered.Contains(id)) return;
            if (node.Life is { } life)
                _scheduler.Begin(life, async () =>
                {
                    await node.Store.DecideAsync(id.Value, id, partner);
                    if (_scheduler.Draw(10) > 0) _answered.Add(id);
                });
            _scheduler.After(TimeSpan.FromSeconds(30), world, () => Ask(node, partner, id));
        }

        void CutSomewhere()
        {
            var (from, to) = TwoNodes();
            var both = _scheduler.Draw(2) == 0;
            Set(true);
            _scheduler.After(Within(TimeSpan.FromHours(2)), world, () => Set(false));

            void Set(bool cut)
            {
                _network.Cut(from.Organisation, to.Organisation, cut);
                if (both) _network.Cut(to.Organisation, from.Organisation, cut);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Errors(_errors);

    public void Dispose()
    {
        foreach (var node in _nodes) node.Dispose();
    }

    private TimeSpan Within(TimeSpan time) => TimeSpan.FromMilliseconds(_scheduler.Draw((int)time.TotalMilliseconds));

    private (SimulatedNode, SimulatedNode) TwoNodes()
    {
        var first = _scheduler.Draw(_nodes.Length);
        return (_nodes[first], _nodes[(first + 1 + _scheduler.Draw(_nodes.Length - 1)) % _nodes.Length]);
    }

    private void Check()
    {
        foreach (var error in _errors) Findings.Add($"logged: {error}");
        foreach (var id in _cases.Keys.Where(id => !_answered.Contains(id))) Findings.Add($"case {id} was never answered");
        foreach (var node in _nodes)
            foreach (var (id, count) in node.Store.Decisions.Where(d => d.Value != 1)) Findings.Add($"case {id} has {count} decisions at {node.Organisation}");
        var told = new HashSet<CaseId>();
        foreach (var issuer in _nodes)
            foreach (var audience in _nodes.Where(n => n != issuer))
            {
                var sent = issuer.Store.Sent(audience.Organisation);
                var received = audience.Store.Received.GetValueOrDefault(issuer.Organisation, []);
                var pair = $"{issuer.Organisation} to {audience.Organisation}";
                if (!sent.Select(s => s.Digest).SequenceEqual(received.Select(r => r.Digest))) Findings.Add($"{pair}: {sent.Count} sent, {received.Count} received, not the same");
                if (sent.Zip(received).Any(p => p.First.Statement.Jws != p.Second.Statement.Jws)) Findings.Add($"{pair}: other bytes");
                foreach (var statement in received) if (!told.Add(statement.Case)) Findings.Add($"{pair}: two decisions for case {statement.Case}");
                var ((upTo, acknowledged), (head, given)) = (issuer.Store.Acknowledged(audience.Organisation), audience.Store.Incoming(issuer.Organisation));
                if (upTo != head || acknowledged != given || head.Sequence != sent.Count) Findings.Add($"{pair}: receipt for {upTo.Sequence} here, {head.Sequence} there, of {sent.Count}");
            }

        foreach (var id in _cases.Keys.Where(id => !told.Contains(id))) Findings.Add($"case {id}: its decision never arrived");
    }

    private sealed class Errors(List<string> errors) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) errors.Add($"{formatter(state, exception)} {exception?.Message}");
        }
    }
}
