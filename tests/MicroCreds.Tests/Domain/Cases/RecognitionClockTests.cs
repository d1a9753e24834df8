using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Cases.CaseSamples;

namespace MicroCreds.Tests.Domain.Cases;

public sealed class RecognitionClockTests
{
    [Theory]
    [InlineData("2026-03-02", "2026-07-02")]
    [InlineData("2026-10-31", "2027-02-28")]
    [InlineData("2027-10-31", "2028-02-29")]
    public void four_months_end_on_the_same_day_or_the_last_of_a_shorter_month(string start, string due) =>
        Assert.Equal(Day(due), RecognitionClock.DueOn(Day(start), 4));

    [Fact]
    public void a_due_day_is_never_later_than_the_next_month_allows_and_grows_with_the_start() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DateTime>().Filter(d => d.Year is > 1 and < 9000), ArbMap.Default.ArbFor<PositiveInt>(), (instant, step) =>
        {
            var start = DateOnly.FromDateTime(instant);
            var due = RecognitionClock.DueOn(start, 4);
            return due.Day <= start.Day && due > start.AddDays(117) && due < start.AddDays(124) && RecognitionClock.DueOn(start.AddDays(step.Get % 400), 4) >= due;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(ClockPolicy.Suspend, "2026-07-23")]
    [InlineData(ClockPolicy.RestartAtCompleteness, "2026-08-10")]
    public void waiting_for_information_moves_the_due_day_as_the_policy_says(ClockPolicy clock, string due)
    {
        var policy = Policy with { Clock = clock };
        var asked = After(Opened(Assessment(), policy: policy), c => CaseTransitions.RequestInformation(c, new([new("M7", "Which workload?")], "applicant", null), policy, Officer, At("2026-03-20")));
        Assert.Null(asked.DueOn);
        Assert.Null(asked.ClockStartedOn);

        var answered = After(asked, c => CaseTransitions.ProvideInformation(c, [new("M7", "75 h")], _ => Assessment(), Book, LearnerLedger.Empty, policy, Partner, At("2026-04-10")));

        Assert.Equal(Day(due), answered.DueOn);
        Assert.Equal(CaseState.Referred, answered.State);
        Assert.Empty(answered.Outstanding);
    }

    [Fact]
    public void the_clock_starts_only_when_every_question_is_answered()
    {
        var asked = Opened(Assessment(ProposalKind.RequestInformation));
        Assert.Equal(CaseState.Incomplete, asked.State);
        Assert.Equal(new DateOnly(2026, 4, 1), asked.InformationDueOn);

        var half = After(asked, c => CaseTransitions.ProvideInformation(c, [new("M6", "These.")], _ => throw new InvalidOperationException("assessed too early"), Book, LearnerLedger.Empty, Policy, Partner, At("2026-03-05")));
        Assert.Equal(CaseState.Incomplete, half.State);
        Assert.Equal("M7", Assert.Single(half.Outstanding).Code);

        var whole = After(half, c => CaseTransitions.ProvideInformation(c, [new("M7", "75 h")], _ => Assessment(), Book, LearnerLedger.Empty, Policy, Partner, At("2026-03-06")));
        Assert.Equal(Day("2026-07-06"), whole.DueOn);
    }

    [Fact]
    public void an_announced_delay_moves_the_due_day_and_no_announcement_opens_an_appeal()
    {
        var c = Referred();
        Assert.Equal(Day("2026-07-02"), c.DueOn);
        Assert.True(c.OverdueOn(Day("2026-07-03")));
        Assert.Equal(ProblemCode.CaseStateConflict, Refusal(CaseTransitions.Appeal(c, 0, "Nobody decides.", Partner, At("2026-07-02"))).Code);
        Assert.Equal(CaseState.Appealed, After(c, x => CaseTransitions.Appeal(x, 0, "Nobody decides.", Partner, At("2026-07-03"))).State);

        var delayed = After(c, x => CaseTransitions.AnnounceDelay(x, "Expert away.", Day("2026-07-30"), Officer, At("2026-06-25")));
        Assert.Equal(Day("2026-07-30"), delayed.DueOn);
        Assert.False(delayed.OverdueOn(Day("2026-07-03")));
        Assert.Single(delayed.History.OfType<CaseEvent.DelayAnnounced>());
    }

    [Fact]
    public void a_delay_announced_too_late_does_not_take_the_appeal_away()
    {
        var problem = Refusal(CaseTransitions.AnnounceDelay(Referred(), "Expert away.", Day("2026-07-30"), Officer, At("2026-07-03")));
        Assert.Equal(ProblemCode.DeadlinePassed, problem.Code);
        Assert.Equal("2026-07-02", problem.Facts["deadline"]);
    }

    [Fact]
    public void a_delay_does_not_shorten_the_time() =>
        Assert.Equal(ProblemCode.InvalidRequest, Refusal(CaseTransitions.AnnounceDelay(Referred(), "Sooner.", Day("2026-07-02"), Officer, At("2026-06-01"))).Code);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string day) => new(Day(day), new TimeOnly(12, 0), TimeSpan.Zero);
}
