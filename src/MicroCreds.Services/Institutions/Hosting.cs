using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Threading.Channels;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;

namespace MicroCreds.Services.Institutions;

/// <summary>The institutions hosted on this node. More may join while it runs; none leaves before it stops.</summary>
public sealed class Hosting(IEnumerable<HostedInstitution> institutions)
{
    private readonly Lock _joining = new();
    private ImmutableArray<Channel<HostedInstitution>> _followers = [];
    private volatile Guests _hosted = new([.. institutions]);

    /// <summary>All of them, by id.</summary>
    public ImmutableArray<HostedInstitution> All => _hosted.InOrder;

    /// <summary>The institution with this id; null when it is not hosted here.</summary>
    public HostedInstitution? Find(OrganisationId organisation) => _hosted.ById.GetValueOrDefault(organisation);

    /// <summary>Takes in another institution, whose stores and published tables are open. Calls already under way do not see it.</summary>
    /// <exception cref="ArgumentException">It is hosted already.</exception>
    public void Join(HostedInstitution institution)
    {
        lock (_joining)
        {
            if (Find(institution.Organisation) is not null) throw new ArgumentException($"{institution.Organisation} is hosted already.", nameof(institution));
            _hosted = new([.. _hosted.InOrder, institution]);
            foreach (var follower in _followers) follower.Writer.TryWrite(institution);
        }
    }

    /// <summary>Runs <paramref name="follow"/> for each institution, those that join later too, until the node stops and all of them have ended.</summary>
    public async Task ForEachAsync(Func<HostedInstitution, Task> follow, CancellationToken stoppingToken)
    {
        var joining = Channel.CreateUnbounded<HostedInstitution>();
        lock (_joining)
        {
            foreach (var institution in All) joining.Writer.TryWrite(institution);
            _followers = _followers.Add(joining);
        }

        var running = new List<Task>();
        try
        {
            await foreach (var institution in joining.Reader.ReadAllAsync(stoppingToken)) running.Add(follow(institution));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The node stops.
        }

        lock (_joining) _followers = _followers.Remove(joining);
        await Task.WhenAll(running);
    }

    /// <summary>The institution a request names; the only one hosted when the name is empty. Fails with INSTITUTION_NOT_FOUND or INVALID_REQUEST.</summary>
    public Result<HostedInstitution> Resolve(string institution)
    {
        if (institution.Length == 0)
            return All is [var only] ? only
                : Problem.InvalidRequest([new FieldViolation("institution", $"is required on a node that hosts {All.Length} institutions")]);
        if (!OrganisationId.TryParse(institution, out var id))
            return Problem.InvalidRequest([new FieldViolation("institution", "must be a SCHAC home-organisation identifier such as uni-a.example")]);
        return Find(id) is { } found ? found : Unknown(institution);
    }

    /// <summary>The answer for an institution that is neither hosted here nor to be seen by the caller.</summary>
    public static Problem Unknown(string institution) =>
        Problem.Of(ProblemCode.InstitutionNotFound, $"The institution {institution} is neither hosted here nor a partner.", ("institution", institution));

    private sealed class Guests(HostedInstitution[] institutions)
    {
        public FrozenDictionary<OrganisationId, HostedInstitution> ById { get; } = institutions.ToFrozenDictionary(i => i.Organisation);

        public ImmutableArray<HostedInstitution> InOrder { get; } = [.. institutions.OrderBy(i => i.Organisation.Value, StringComparer.Ordinal)];
    }
}
