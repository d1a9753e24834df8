using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Transport;

namespace MicroCreds.Services.Exchange;

/// <summary>
/// One HTTP/2 connection pool per pair of institutions, over TLS 1.3. Both sides show certificates whose keys the trust list pins; names and
/// chains of certificates are not looked at. A pool is made anew when the trust list gives the partner other keys or addresses.
/// </summary>
public sealed class PartnerChannels : IPartnerChannels, IDisposable
{
    /// <summary>
    /// Every call of the contract may be made again: reads change nothing, and changes carry a request id. Tries are spread at random between nothing and the
    /// wait named; once one call in ten or so fails, the budget is used up and calls are made once.
    /// </summary>
    private static readonly MethodConfig Retried = new()
    {
        Names = { MethodName.Default },
        RetryPolicy = new()
        {
            MaxAttempts = 3, InitialBackoff = TimeSpan.FromMilliseconds(100), MaxBackoff = TimeSpan.FromSeconds(1), BackoffMultiplier = 3, RetryableStatusCodes = { StatusCode.Unavailable },
        },
    };

    private readonly TrustRegistry _registry;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<(OrganisationId Acting, OrganisationId Partner), Lazy<Pool>> _pools = new();

    /// <summary>Makes pools when they are first asked for.</summary>
    public PartnerChannels(TrustRegistry registry, TimeProvider clock)
    {
        (_registry, _clock) = (registry, clock);
        registry.Changed += LetGo;
    }

    /// <inheritdoc/>
    public CallInvoker For(HostedInstitution acting, OrganisationId partner)
    {
        var list = _registry.Current.List;
        if (list.ExpiresAt <= _clock.GetUtcNow())
            throw Problem.Of(ProblemCode.PartnerUnavailable, $"The trust list serial {list.Serial} of this node has expired; partners are not called until it has a new one.", ("partner", partner.Value)).ToRpcException();
        var pair = (acting.Organisation, partner);
        while (true)
        {
            if (_registry.Current.Find(partner) is not { Status: MemberStatus.Active, Endpoints.IsEmpty: false } member) throw Hosting.Unknown(partner.Value).ToRpcException();
            var pool = _pools.GetOrAdd(pair, _ => new(() => Make(acting, member)));
            if (pool.Value.Serves(member)) return pool.Value.Calls;
            // That of another list: whoever hears of a new one first may ask before it was let go of, or it was made just as the list changed.
            LetGo(pair, pool);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _registry.Changed -= LetGo;
        foreach (var pool in _pools.Values.Where(p => p.IsValueCreated)) pool.Value.Channel.Dispose();
    }

    /// <summary>Ends the connections to keys and addresses that are no longer those of the partner. Calls on them fail as if the partner were away.</summary>
    private void LetGo()
    {
        foreach (var (pair, pool) in _pools)
            if (!pool.Value.Serves(_registry.Current.Find(pair.Partner))) LetGo(pair, pool);
    }

    private void LetGo((OrganisationId Acting, OrganisationId Partner) pair, Lazy<Pool> pool)
    {
        if (_pools.TryRemove(KeyValuePair.Create(pair, pool))) pool.Value.Channel.Dispose();
    }

    private Pool Make(HostedInstitution acting, Member member)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = PartnerConnection.Timeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(20),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            // The partner's certificate is looked at when a connection is made; this bounds how long one is used after its end.
            PooledConnectionLifetime = TimeSpan.FromHours(1),
            ConnectCallback = new PartnerConnection(acting, member, _clock).ConnectAsync,
        };
        var channel = GrpcChannel.ForAddress($"https://{member.Organisation}", new GrpcChannelOptions
        {
            HttpHandler = new IdentityOnlyHandler(handler),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = TransportLimits.MaxResponseBytes,
            ServiceConfig = new() { MethodConfigs = { Retried }, RetryThrottling = new() { MaxTokens = 10, TokenRatio = 0.1 } },
        });
        return new Pool(member.Endpoints, member.TlsKeys, channel, channel.Intercept(new PartnerCalls(member.Organisation, _clock)));
    }

    private sealed record Pool(ImmutableArray<string> Endpoints, ImmutableArray<Sha256Digest> TlsKeys, GrpcChannel Channel, CallInvoker Calls)
    {
        public bool Serves(Member? member) =>
            member is { Status: MemberStatus.Active } && member.Endpoints.SequenceEqual(Endpoints) && member.TlsKeys.SequenceEqual(TlsKeys);
    }
}
