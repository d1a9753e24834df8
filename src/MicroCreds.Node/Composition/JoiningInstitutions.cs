using System.Runtime.InteropServices;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Node.Composition;

/// <summary>
/// Lets institutions join the node while it runs: the configuration file is looked at every minute, and at once on SIGHUP. One that cannot be opened is
/// logged and tried again, since its place in the trust list may come later; the others are not touched. Nothing else of the file takes effect before a restart.
/// </summary>
internal sealed class JoiningInstitutions(
    string file, Func<NodeOptions> read, Func<InstitutionOptions, Task<HostedInstitution>> open, Hosting hosting, TimeProvider clock, ILogger<JoiningInstitutions> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly Dictionary<string, string> _left = [];
    private byte[] _seen = [];
    private bool _waiting;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            // Without this the signal would end the process.
            context.Cancel = true;
            if (_asked.CurrentCount == 0) _asked.Release();
        });
        try
        {
            while (true)
            {
                var asked = await WaitAsync(stoppingToken);
                await LookAsync(asked, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }
    }

    /// <summary>Looks at the file and opens what is new in it.</summary>
    /// <param name="asked">Whether somebody asked: then the file is read also when it has not changed.</param>
    /// <param name="cancellationToken">Ends it between two institutions.</param>
    internal async Task LookAsync(bool asked, CancellationToken cancellationToken)
    {
        NodeOptions options;
        try
        {
            var bytes = await File.ReadAllBytesAsync(file, cancellationToken);
            if (!asked && !_waiting && bytes.AsSpan().SequenceEqual(_seen)) return;
            _seen = bytes;
            options = read();
        }
        catch (Exception e) when (e is ConfigurationException or IOException or UnauthorizedAccessException)
        {
            _waiting = false;
            logger.ConfigurationLeftAside(e.Message);
            return;
        }

        _waiting = false;
        foreach (var institution in options.Institutions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (hosting.Find(OrganisationId.Parse(institution.Organisation)) is null) await JoinAsync(institution);
        }

        foreach (var gone in hosting.All.Where(i => options.Institutions.TrueForAll(o => o.Organisation != i.Organisation.Value))) logger.InstitutionStays(gone.Organisation.Value);
    }

    private async Task JoinAsync(InstitutionOptions options)
    {
        try
        {
            hosting.Join(await open(options));
            _left.Remove(options.Organisation);
            logger.InstitutionJoined(options.Organisation);
        }
        catch (Exception e)
        {
            // Whatever keeps one out, be it a key that cannot be read or a server that is away, must not end the node for the others.
            _waiting = true;
            if (_left.GetValueOrDefault(options.Organisation) == e.Message) return;
            _left[options.Organisation] = e.Message;
            logger.InstitutionLeftAside(options.Organisation, e.Message);
        }
    }

    private async Task<bool> WaitAsync(CancellationToken stoppingToken)
    {
        using var period = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var tick = Task.Delay(Period, clock, period.Token);
        var asked = _asked.WaitAsync(period.Token);
        var first = await Task.WhenAny(tick, asked);
        await period.CancelAsync();
        await Task.WhenAll(tick, asked).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        stoppingToken.ThrowIfCancellationRequested();
        return first == asked;
    }
}
