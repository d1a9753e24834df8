using System.Globalization;
using System.Threading.RateLimiting;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;

namespace MicroCreds.Services.Institutions;

/// <summary>
/// How much of the node one institution may use at once. Its calls beyond that wait in their order, and calls of the other institutions do not wait for
/// them: whoever is busy gets as much as the others that are, and whoever is not is answered at once. Watches are not counted; they rest.
/// </summary>
/// <param name="atOnce">Calls worked on at once; as many as share a commit.</param>
/// <param name="waiting">Calls that may wait; beyond that they are refused, since they would be answered after their deadline.</param>
public sealed class FairShare(int atOnce, int waiting) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new() { PermitLimit = atOnce, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });

    /// <summary>Waits for the call's turn; to be disposed when the call is done. Fails with QUOTA_EXCEEDED when too many wait.</summary>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        lease = await _limiter.AcquireAsync(1, cancellationToken);
        if (lease.IsAcquired) return lease;
        lease.Dispose();
        throw Problem.Of(
            ProblemCode.QuotaExceeded, $"{waiting} calls of this institution wait already; ask again later.",
            ("limit", "calls_waiting"), ("limit_value", waiting.ToString(CultureInfo.InvariantCulture))).ToRpcException();
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
