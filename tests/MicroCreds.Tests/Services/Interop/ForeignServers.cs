using System.Collections.Concurrent;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Members;
using MicroCreds.Tests.Services.Exchange;
using MicroCreds.Tests.Services.Transport;

namespace MicroCreds.Tests.Services.Interop;

/// <summary>One server of each kind for all tests of a class, started when the first asks for it, and the caller that they know.</summary>
public sealed class ForeignServers : IAsyncLifetime
{
    internal static readonly OrganisationId Caller = OrganisationId.Parse("uni-a.example");
    internal static readonly OrganisationId Partner = OrganisationId.Parse("uni-b.example");
    private static readonly OrganisationId Stranger = OrganisationId.Parse("uni-c.example");
    private readonly ConcurrentDictionary<string, Lazy<Task<ForeignServer>>> _servers = new();
    private readonly ConcurrentBag<PartnerChannels> _channels = [];
    private readonly ExchangeMembers _members = new(TimeProvider.System.GetUtcNow().AddDays(-1), Caller, Partner, Stranger);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var channels in _channels) channels.Dispose();
        foreach (var server in _servers.Values) await (await server.Value).DisposeAsync();
    }

    /// <summary>The server of a kind that all tests share.</summary>
    internal Task<ForeignServer> SharedAsync(string server) => _servers.GetOrAdd(server, name => new(() => StartAsync(name))).Value;

    /// <summary>A server of its own, for a test that ends it.</summary>
    internal Task<ForeignServer> StartAsync(string server) => ForeignServer.StartAsync(server, _members.Certificates[Partner], _members.Certificates[Caller]);

    /// <summary>Calls of a node of its own to a server, by a trust list that has its address and its key, or another key.</summary>
    internal Func<CallInvoker> CallsTo(ForeignServer server, TimeProvider clock, Sha256Digest? key = null, bool stranger = false)
    {
        var list = _members.List with { Members = [.. _members.List.Members.Select(m => m.Organisation == Partner ? Listed(m, server, key) : m)] };
        var channels = new PartnerChannels(new TrustRegistry(new MemberDirectory(list), ReadOnlyMemory<byte>.Empty), clock);
        _channels.Add(channels);
        var acting = stranger ? Stranger : Caller;
        return () => channels.For(PartnerHost.Institution(acting, _members.Certificates[acting]), Partner);
    }

    private static Member Listed(Member member, ForeignServer server, Sha256Digest? key) =>
        member with { Endpoints = [$"https://127.0.0.1:{server.Port}"], TlsKeys = key is null ? member.TlsKeys : [key] };
}
