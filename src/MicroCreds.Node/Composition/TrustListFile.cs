using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Node.Configuration;
using MicroCreds.Services.Members;

namespace MicroCreds.Node.Composition;

/// <summary>Reads the trust list file at start and looks at it again every minute. A list that is wrong is left aside and the one in force stays.</summary>
internal sealed class TrustListFile(TrustListOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private readonly Dictionary<string, VerificationKey> _coordinators = ReadCoordinators(options);

    /// <summary>The list at start.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or is not a good list.</exception>
    public TrustRegistry Open() => Open(clock.GetUtcNow());

    /// <summary>The list, also when it has run out: it still names the keys under which statements were signed.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Open()"/>.</exception>
    public TrustRegistry OpenOfAnyAge() => Open(DateTimeOffset.MinValue);

    private TrustRegistry Open(DateTimeOffset at)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(options.File);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The trust list {options.File} cannot be read: {e.Message}", e);
        }

        return Read(bytes, at).Failed(out var problem, out var list)
            ? throw new ConfigurationException($"{options.File}: {problem.Message}")
            : new TrustRegistry(new MemberDirectory(list), bytes);
    }

    /// <summary>Takes over newer lists until the node stops.</summary>
    public async Task WatchAsync(TrustRegistry registry, ILogger logger, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var bytes = await File.ReadAllBytesAsync(options.File, stoppingToken);
                if (bytes.AsSpan().SequenceEqual(registry.SignedList.Span)) continue;
                if (Read(bytes, clock.GetUtcNow()).Failed(out var problem, out var list) || registry.TakeOver(list, bytes).Failed(out problem, out _)) logger.TrustListLeftAside(problem.Message);
                else logger.TrustListTakenOver(list.Serial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                logger.TrustListLeftAside(e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Whatever it is, the next list must not be missed for it: it may suspend a member.
                logger.TrustListFailed(e);
            }
        }
    }

    private Result<TrustList> Read(byte[] bytes, DateTimeOffset at) =>
        TrustListCodec.Read(bytes, options.Threshold, id => _coordinators.GetValueOrDefault(id), at);

    private static Dictionary<string, VerificationKey> ReadCoordinators(TrustListOptions options)
    {
        var keys = new Dictionary<string, VerificationKey>();
        foreach (var file in options.CoordinatorKeys)
        {
            if (!File.Exists(file) || !VerificationKey.TryFromJwk(File.ReadAllText(file), out var key))
                throw new ConfigurationException($"{file} does not hold the public key of a coordinator as JWK (EC P-256).");
            keys[key.KeyId] = key;
        }

        return keys;
    }
}
