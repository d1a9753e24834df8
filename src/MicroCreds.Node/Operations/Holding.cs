using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Statements;
using MicroCreds.Node.Configuration;
using MicroCreds.Storage;

namespace MicroCreds.Node.Operations;

/// <summary>Holds the streams of stores that were put back by other means than restore, and releases one on the operator's word.</summary>
internal static class Holding
{
    /// <summary>Holds every stream until its partner has said how far it holds it.</summary>
    public static Task<ImmutableArray<OperationAnswer>> HoldAsync(OperatedStores stores) => ForEachAsync(stores, async (institution, store) =>
    {
        var kept = !(await store.HoldAllAsync(stores.Clock.GetUtcNow(), CancellationToken.None)).Failed(out var problem, out _);
        return new OperationAnswer(institution.Organisation, kept, problem?.Message ?? "every stream is held until its partner has said how far it holds it; start the node, which asks");
    });

    /// <summary>Releases the stream to a partner.</summary>
    /// <exception cref="ConfigurationException">The partner's name is none.</exception>
    public static Task<ImmutableArray<OperationAnswer>> ReleaseAsync(OperatedStores stores, string partner) =>
        !OrganisationId.TryParse(partner, out var organisation) ? throw new ConfigurationException($"'{partner}' is not a SCHAC home-organisation identifier such as uni-b.example.")
        : ForEachAsync(stores, async (institution, store) =>
        {
            if ((await store.ReleaseAsync(organisation, stores.Clock.GetUtcNow(), CancellationToken.None)).Failed(out var problem, out var stood)) return new OperationAnswer(institution.Organisation, Good: false, problem.Message);
            return new OperationAnswer(institution.Organisation, stood.Released, stood switch
            {
                { Released: true } => $"the stream to {organisation} goes on after statement {stood.Own.Sequence}. If {organisation} holds a later one, it will refuse what is signed now as a contradiction",
                { Hold: StreamHoldReason.Contradicted } => $"{organisation} holds another statement at the same place: going on would contradict it for good. Put a newer copy back",
                _ => $"the stream to {organisation} is not held",
            });
        });

    private static async Task<ImmutableArray<OperationAnswer>> ForEachAsync(OperatedStores stores, Func<InstitutionOptions, InstitutionDatabase, Task<OperationAnswer>> answer)
    {
        var answers = ImmutableArray.CreateBuilder<OperationAnswer>();
        foreach (var institution in stores.Institutions)
        {
            try
            {
                await using var store = await stores.OpenToWriteAsync(institution);
                answers.Add(await answer(institution, store));
            }
            catch (Exception fault) when (OperationRun.IsRefusal(fault))
            {
                answers.Add(new OperationAnswer(institution.Organisation, Good: false, fault.Message));
            }
        }
        return answers.ToImmutable();
    }
}
