using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using static MicroCreds.Tests.Domain.Agreements.AgreementSamples;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Agreements;

/// <summary>Which version of an agreement stands on a day, and what may be done to one.</summary>
public sealed class AgreementHistoryTests
{
    private static readonly RuleBook Rules = RuleBook.Of(Units);
    private static readonly DateOnly Changed = new(2025, 10, 15);

    [Theory]
    [InlineData("2025-08-31", 0)] // signed, and before the first day of award that it covers
    [InlineData("2025-09-01", 1)]
    [InlineData("2025-10-14", 1)]
    [InlineData("2025-10-15", 2)] // the day of the last signature
    [InlineData("2026-07-31", 2)]
    [InlineData("2026-08-01", 0)]
    public void the_newest_version_that_all_had_signed_by_the_day_of_award_counts(string day, int version) =>
        Assert.Equal(version, History(Agreement(), Agreement(2, Changed)).InForceOn(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture))?.Version ?? 0);

    [Fact]
    public void signed_after_the_award_it_promised_nothing_on_it() => Assert.Null(History(Agreement(signed: Changed)).InForceOn(Changed.AddDays(-1)));

    [Fact]
    public void ended_it_covers_what_was_awarded_until_then()
    {
        var ended = new AgreementHistory([new AgreementEvent.Recorded(Agreement()), new AgreementEvent.Ended(Changed, "Went home.", "anna", Start)]);
        Assert.Equal((1, null), (ended.InForceOn(Changed)?.Version, ended.InForceOn(Changed.AddDays(1))?.Version));
    }

    [Fact]
    public void the_digest_is_of_what_was_agreed_and_not_of_who_wrote_it_down()
    {
        Assert.Equal(Agreement().Digest(), (Agreement() with { RecordedBy = "bert", RecordedAt = Start }).Digest());
        Assert.NotEqual(Agreement().Digest(), Agreement(2).Digest());
        AgreementEvent kept = new AgreementEvent.Recorded(Agreement());
        Assert.Equal(DomainJson.Write(kept), DomainJson.Write(DomainJson.Read<AgreementEvent>(DomainJson.Write(kept))));
    }

    [Fact]
    public void a_later_version_gets_the_next_number_and_needs_the_etag()
    {
        Assert.Equal(1, Recorded(AgreementTransitions.Record(null, null, Agreement(), Rules)));
        Assert.Equal(2, Recorded(AgreementTransitions.Record(History(Agreement()), 1, Agreement(signed: Changed), Rules)));
        Assert.Equal(ProblemCode.ConcurrentChange, Refused(AgreementTransitions.Record(History(Agreement()), null, Agreement(), Rules)).Code);
        Assert.Equal(ProblemCode.ConcurrentChange, Refused(AgreementTransitions.Record(History(Agreement()), 2, Agreement(), Rules)).Code);
        Assert.Equal(ProblemCode.AgreementNotFound, Refused(AgreementTransitions.Record(null, 1, Agreement(), Rules)).Code);
    }

    [Fact]
    public void a_version_keeps_learner_programme_and_host_and_is_not_signed_before_the_last()
    {
        var other = Agreement(signed: Signed.AddDays(-1)) with { Learner = LearnerKey.For("other", "secret"u8), Programme = ProgrammeCode.Parse("L-99"), Host = Institution };
        var refusal = Refused(AgreementTransitions.Record(History(Agreement()), 1, other with { Programme = Programme }, Rules));
        Assert.Equal(["agreement.learner_identifier", "agreement.host_organisation", "agreement.signatures"], refusal.Violations.Select(v => v.Field));
        Assert.Equal(("L-99", "U1"), (Refused(AgreementTransitions.Record(History(Agreement()), 1, other, Rules)).Facts["programme"], Refused(AgreementTransitions.Record(History(Agreement()), 1, other, Rules)).Facts["target_unit"]));
    }

    [Fact]
    public void components_count_as_published_units_that_are_large_enough_and_no_thesis()
    {
        Assert.Equal(ProblemCode.TargetUnitNotFound, Refused(AgreementTransitions.Record(null, null, Agreement(with: c => c with { Unit = Thesis }), Rules)).Code);
        Assert.Equal(ProblemCode.TargetUnitNotFound, Refused(AgreementTransitions.Record(null, null, Agreement(with: c => c with { Unit = UnitCode.Parse("NOWHERE") }), Rules)).Code);
        Assert.Equal(["agreement.components"], Refused(AgreementTransitions.Record(null, null, Agreement(with: c => c with { Unit = Elective }), Rules)).Violations.Select(v => v.Field));
        Assert.Equal(1, Recorded(AgreementTransitions.Record(null, null, Agreement(with: c => c with { Unit = Elective, Credits = Ects(3) }), Rules)));
    }

    [Fact]
    public void ended_nothing_is_added_to_it()
    {
        var by = new Actor(ActorKind.Staff, "anna");
        var history = History(Agreement());
        Assert.False(AgreementTransitions.End(history, history.Id, 1, Changed, "Went home.", by, Start).Failed(out _, out var end));
        history = new([.. history.Events, end!]);
        Assert.Equal(ProblemCode.AgreementEnded, Refused(AgreementTransitions.End(history, history.Id, 2, Changed, "Again.", by, Start)).Code);
        Assert.Equal("2025-10-15", Refused(AgreementTransitions.Record(history, 2, Agreement(), Rules)).Facts["last_date"]);
        Assert.Equal(ProblemCode.AgreementNotFound, Refused(AgreementTransitions.End(null, history.Id, 1, Changed, "None.", by, Start)).Code);
    }

    [Theory]
    [InlineData("LA-2026-17", true)]
    [InlineData("a123456789b123456789c123456789d123456789", true)]
    [InlineData("a123456789b123456789c123456789d123456789e", false)]
    [InlineData("", false)]
    [InlineData("LA 17", false)]
    public void an_identifier_leaves_room_for_the_rule_of_its_last_component(string text, bool right)
    {
        Assert.Equal(right, AgreementId.TryParse(text, out var id));
        if (id is not null) Assert.Equal($"agreement:{text}/v999/60", (Agreement() with { Id = id, Version = 999 }).RuleOf(LearningAgreement.MaxComponents).Value);
    }

    private static int Recorded(Result<AgreementEvent> result) => Assert.IsType<AgreementEvent.Recorded>(result.Failed(out var problem, out var happened) ? throw new InvalidOperationException(problem.Message) : happened).Agreement.Version;

    private static Problem Refused(Result<AgreementEvent> result) => result.Failed(out var problem, out _) ? problem : throw new InvalidOperationException("It was not refused.");
}
