using System.Collections.Concurrent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Institutions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MicroCreds.Services.Recognition;

/// <summary>
/// Status lists of exported decisions, for whoever holds one: whole lists to everybody, without asking who they are and whose status they look up.
/// A list says nothing but which positions no longer count. Source: W3C Bitstring Status List 1.0, 5.
/// </summary>
internal sealed class DecisionStatusLists(Hosting hosting, TimeProvider clock)
{
    /// <summary>Where a list lies on this node. Institutions give it to the world under the address they configured.</summary>
    public const string Path = "/status/{institution}/{list:int:min(0)}";

    /// <summary>Longest time that a withdrawn decision still counts by a list given out: a list is written anew no more often, whoever asks.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(OrganisationId Institution, int List), (DateTimeOffset WrittenAt, ReadOnlyMemory<byte> Token)> _kept = new();

    /// <summary>A list as token; null when there is none.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(string name, int list, CancellationToken cancellationToken)
    {
        if (!OrganisationId.TryParse(name, out var organisation) || hosting.Find(organisation) is not { DecisionWriter.PublishesStatus: true } institution) return null;
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue((organisation, list), out var kept) && now - kept.WrittenAt < KeptFor) return kept.Token;
        if (await institution.Cases.WithdrawnAsync(list, cancellationToken) is not { } withdrawn) return null;
        var token = institution.DecisionWriter.WriteStatusList(list, withdrawn, now);
        _kept[(organisation, list)] = (now, token);
        return token;
    }

    /// <summary>Serves the lists.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(Path, async (string institution, int list, DecisionStatusLists lists, HttpContext context) =>
    {
        if (await lists.ReadAsync(institution, list, context.RequestAborted) is not { } token) return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Bytes(token, "application/vc+jwt");
    });
}
