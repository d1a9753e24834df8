using MicroCreds.Domain.Problems;
using static MicroCreds.Domain.Cases.CaseRefusals;

namespace MicroCreds.Domain.Cases;

/// <content>Ways out without a decision on the merits. None of them is a refusal.</content>
public static partial class CaseTransitions
{
    /// <summary>Withdraws the application before a decision.</summary>
    public static Result<CaseTransition> Withdraw(RecognitionCase c, string ground, Actor actor, DateTimeOffset now) =>
        Open(c, CaseVerb.Withdraw) is { } problem ? problem
        : Closing(c, new CaseEvent.Withdrawn(actor, now, ground), CaseState.Withdrawn, ground);

    /// <summary>Declares the application inadmissible (wrong authority, no link with the learner, duplicate, no credential of this procedure) and points to the right procedure.</summary>
    public static Result<CaseTransition> DeclareInadmissible(RecognitionCase c, string ground, string advice, Actor officer, DateTimeOffset now) =>
        PersonNeeded(officer, CaseVerb.DeclareInadmissible) is { } denied ? denied
        : Open(c, CaseVerb.DeclareInadmissible) is { } problem ? problem
        : Required(("ground", ground), ("advice", advice)) is { } missing ? missing
        : Closing(c, new CaseEvent.DeclaredInadmissible(officer, now, ground, advice), CaseState.Inadmissible, ground, advice);

    /// <summary>Closes the case because a person found that the credential is not authentic.</summary>
    public static Result<CaseTransition> FailAuthenticity(RecognitionCase c, string ground, Actor officer, DateTimeOffset now) =>
        PersonNeeded(officer, CaseVerb.FailAuthenticity) is { } denied ? denied
        : Open(c, CaseVerb.FailAuthenticity) is { } problem ? problem
        : Required(("ground", ground)) is { } missing ? missing
        : Closing(c, new CaseEvent.AuthenticityFailed(officer, now, ground), CaseState.AuthenticityFailed, ground);

    /// <summary>Closes the case because information was not supplied by its day. Never a refusal on the merits; a new application is possible.</summary>
    public static Result<CaseTransition> Lapse(RecognitionCase c, Actor actor, DateTimeOffset now)
    {
        if (Open(c, CaseVerb.Lapse) is { } problem) return problem;
        if (c.InformationDueOn is { } due && RecognitionClock.DayOf(now) <= due)
            return Conflict(c, CaseVerb.Lapse, $"waits for information until {Day(due)}", ("information_due_date", Day(due)));
        return Closing(c, new CaseEvent.Lapsed(actor, now), CaseState.Lapsed);
    }

    // A case that goes back to an officer after an appeal has a decision in effect and ends with another one, not on a side exit.
    private static Problem? Open(RecognitionCase c, CaseVerb verb) =>
        StateOf(c, verb) ?? (c.Decisions.IsEmpty ? null : Conflict(c, verb, "has been decided before"));

    private static Result<CaseTransition> Closing(RecognitionCase c, CaseEvent closed, CaseState state, string ground = "", string advice = "") =>
        new CaseTransition { Events = [closed], Statements = CaseStatements.Closed(c, state, closed.At, ground, advice) };
}
