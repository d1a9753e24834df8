using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>Answers questions about equivalences for an institution hosted here, from what it published by the day asked about.</summary>
internal sealed class EquivalenceAnswers(TrustRegistry registry, TimeProvider clock)
{
    /// <summary>The most confidential rules a caller may see of an institution.</summary>
    internal static RuleVisibility VisibleTo(Caller caller, OrganisationId institution) => caller switch
    {
        Caller.Staff staff when staff.BelongsTo(institution) => RuleVisibility.Hidden,
        // Staff of another institution on this node belongs to a member, as staff of a partner does.
        Caller.Staff or Caller.Partner => RuleVisibility.Partners,
        _ => RuleVisibility.Public,
    };

    /// <summary>The day a question is about: the one asked, or today.</summary>
    internal DateOnly DayOf(AskedEquivalence asked) => asked.AsOf ?? Today();

    /// <summary>The answers, from rules up to a visibility.</summary>
    /// <exception cref="RpcException">The unit of a reverse question is not published.</exception>
    internal async Task<Wire.FindEquivalencesResponse> AnswerAsync(
        HostedInstitution institution, AskedEquivalence asked, RuleVisibility upTo, CancellationToken cancellationToken)
    {
        var day = DayOf(asked);
        var published = day == Today() ? institution.Published.Current : await institution.Published.AsOfAsync(day, cancellationToken);
        var view = RuleView.Of(PresentIdentifiers.In(published, registry.Current), upTo);
        var response = asked.Achievement is { } achievement
            ? Forward(view, achievement, day, institution.Policy.CreditStep)
            : Reverse(view, institution, RequestFields.Known(asked.Unit), day);
        // A question may have thousands of answers from one table.
        var changes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var answer in response.Answers)
        {
            // Of an achievement that no rule names any table may tell more.
            if (!changes.TryGetValue(answer.TableId, out var next))
                changes[answer.TableId] = next = EquivalenceMapping.Day(institution.Published.ChangesAfter(day, TableId.TryParse(answer.TableId, out var table) ? table : null));
            if (next.Length > 0 && (answer.NextReviewDate.Length == 0 || string.CompareOrdinal(next, answer.NextReviewDate) < 0)) answer.NextReviewDate = next;
        }

        return response;
    }

    private Wire.FindEquivalencesResponse Forward(RuleView view, DescribedAchievement asked, DateOnly day, EctsCredits step)
    {
        var present = registry.Current.Find(asked.AwardingBody);
        var achievement = asked with { AwardingBody = present?.Organisation ?? asked.AwardingBody };
        var response = EquivalenceMapping.ToWire(EquivalenceQuery.Forward(view.Table, achievement.AsOf(day, view.Audience, step)), day, view.Table);
        response.AwardingBody = achievement.AwardingBody.Value;
        if (FormerIdentifier.Of(present, asked.AwardingBody) is { } former && former.GivenUpBefore(asked.AwardedOn ?? day)) response.Warnings.Add(former.Sentence(asked.AwardedOn ?? day));

        return response;
    }

    private static Wire.FindEquivalencesResponse Reverse(RuleView view, HostedInstitution institution, UnitCode unit, DateOnly day)
    {
        if (view.Table.Find(unit) is null && institution.Published.Current.Find(unit) is null)
            throw Problem.Of(ProblemCode.TargetUnitNotFound, $"The unit {unit} is in no published table of {institution.Organisation}.", ("target_unit", unit.Value)).ToRpcException();
        var answers = EquivalenceQuery.Reverse(view.Table, unit, day, view.Audience);
        if (answers.IsEmpty)
            answers = [new EquivalenceAnswer { Status = EquivalenceStatus.NotEvaluated, AsOf = day, Reason = view.Table.Find(unit) is null ? "The unit was not published then." : "No published rule grants this unit." }];
        return EquivalenceMapping.ToWire(answers, day, view.Table);
    }

    private DateOnly Today() => RecognitionClock.DayOf(clock.GetUtcNow());
}
