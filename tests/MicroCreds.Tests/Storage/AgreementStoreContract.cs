using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Tests.Domain.Agreements;

namespace MicroCreds.Tests.Storage;

/// <summary>The promises of <see cref="IAgreementStore"/>.</summary>
public abstract class AgreementStoreContract(IStoreEngine engine) : StoreContract(engine)
{
    private static readonly AgreementId Id = AgreementId.Parse("LA-17");

    [EngineFact]
    public async Task keeps_every_version_and_rewrites_nothing()
    {
        var first = AgreementSamples.Agreement();
        var second = AgreementSamples.Agreement(2, new DateOnly(2025, 10, 1)) with { Changes = "One course is not offered.", SignedFile = Samples.Request().Content };
        Assert.Null(await Stores.Agreements.FindAsync(Id, Soon));
        Kept(await RecordAsync(first));
        Kept(await RecordAsync(second));
        var ended = Kept(await Stores.Agreements.ChangeAsync(Id, Samples.Request(), _ => new AgreementEvent.Ended(new DateOnly(2026, 1, 31), "Went home.", "anna", Clock.GetUtcNow()), Soon));
        Assert.Equal((2, 3), (ended.Versions.Length, ended.Events.Length));
        await ReopenAsync();
        var read = await Stores.Agreements.FindAsync(Id, Soon);
        Assert.Null(FullValue.FirstDifference(ended, read));
        Assert.Equal([first.Digest(), second.Digest()], read!.Versions.Select(v => v.Digest()));
    }

    [EngineFact]
    public async Task answers_a_repeated_request_as_it_did_first_and_refuses_the_id_for_other_content()
    {
        var request = Samples.Request();
        Kept(await RecordAsync(AgreementSamples.Agreement(), request));
        Kept(await RecordAsync(AgreementSamples.Agreement(2)));
        var again = Kept(await Stores.Agreements.ChangeAsync(Id, request, _ => throw new InvalidOperationException("It is not run again."), Soon));
        Assert.Equal((1, 1), (again.Versions.Length, again.Events.Length));
        Refused(await RecordAsync(AgreementSamples.Agreement(3), request with { Content = Samples.Request().Content }), ProblemCode.RequestIdReused);
        Assert.Equal(2, (await Stores.Agreements.FindAsync(Id, Soon))!.Versions.Length);
    }

    [EngineFact]
    public async Task keeps_nothing_of_a_change_that_is_refused()
    {
        Refused(await Stores.Agreements.ChangeAsync(Id, Samples.Request(), history => AgreementTransitions.NotFound(Id), Soon), ProblemCode.AgreementNotFound);
        Assert.Null(await Stores.Agreements.FindAsync(Id, Soon));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await Stores.Agreements.ChangeAsync(Id, Samples.Request(), _ => new AgreementEvent.Ended(default, "", "", default), Soon));
    }

    [EngineFact]
    public async Task lists_by_identifier_in_pages_and_by_learner_programme_and_host()
    {
        var learner = LearnerKey.For("bea", "secret"u8);
        foreach (var (id, of) in new[] { ("C", learner), ("A", learner), ("B", LearnerKey.For("carl", "secret"u8)) })
            Kept(await RecordAsync(AgreementSamples.Agreement() with { Id = AgreementId.Parse(id), Learner = of }));

        Assert.Equal(["A", "B"], await ListAsync(new(null, null, null), null, 2));
        Assert.Equal(["C"], await ListAsync(new(null, null, null), AgreementId.Parse("B"), 2));
        Assert.Equal(["A", "C"], await ListAsync(new(learner, null, null), null, 9));
        Assert.Equal(["A", "C"], await ListAsync(new(learner, ProgrammeCode.Parse("L-41"), OrganisationId.Parse("uni-madrid.example")), null, 9));
        Assert.Empty(await ListAsync(new(null, ProgrammeCode.Parse("L-99"), null), null, 9));
        Assert.Empty(await ListAsync(new(null, null, Partner), null, 9));
    }

    private async Task<string[]> ListAsync(AgreementFilter filter, AgreementId? after, int limit) => [.. (await Stores.Agreements.ListAsync(filter, after, limit, Soon)).Select(a => a.Id.Value)];

    private Task<Result<AgreementHistory>> RecordAsync(LearningAgreement version, ChangeRequest? request = null) =>
        Stores.Agreements.ChangeAsync(version.Id, request ?? Samples.Request(), _ => new AgreementEvent.Recorded(version), Soon);
}
