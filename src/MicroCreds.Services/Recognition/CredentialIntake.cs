using System.Collections.Immutable;
using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Recognition;

/// <summary>Takes in the credentials of a case: verifies them beside the transaction, and opens the case with its assessment inside.</summary>
internal sealed class CredentialIntake(ICredentialVerifier verifier, CaseRulesReader rules, NodeMetrics metrics, TimeProvider clock)
{
    /// <summary>The case as it stood after the first call with this request id, or why there is none.</summary>
    public async Task<Result<RecognitionCase>> SubmitAsync(
        HostedInstitution institution, Caller caller, Submission submission, ChangeRequest request, CancellationToken cancellationToken)
    {
        // A retry is answered without verifying: that is most of the work, and the file may have expired since.
        if ((await institution.Cases.FindReplayAsync(request, cancellationToken)).Failed(out var reused, out var replay)) return reused;
        if (replay.Case is { } first) return first;

        var now = clock.GetUtcNow();
        ImmutableArray<CredentialReport> reports = [.. submission.Credentials.Select(file => verifier.Verify(file, now))];
        if (OtherHolder(reports) is { } stranger) return stranger;
        var application = ApplicationOf(institution, caller, submission, reports, now);
        var law = await rules.ForSubmissionAsync(institution, application, reports, cancellationToken);
        if (reports.Any(r => !r.FurtherAchievements.IsEmpty) && reports.All(r => CaseDoor.Refusal(r) is null))
        {
            reports = [.. reports.Select(r => law.AboutTheBest(application, r))];
            // Another achievement may be of another day, and of other versions of the rules.
            law = await rules.ForSubmissionAsync(institution, application, reports, cancellationToken);
        }

        var decided = false;
        var opened = await institution.Cases.OpenAsync(request, application.Learner, submission.Credentials, Receive, cancellationToken);
        if (decided && !opened.Failed(out _, out var granted) && granted.EffectiveDecision is { } decision)
            metrics.Decided(SnakeCase.Of(decision.Outcome), SnakeCase.Of(decision.DecidedBy));
        return opened;

        Result<CaseTransition> Receive(LearnerLedger ledger)
        {
            var received = CaseIntake.Receive(
                application, reports, () => law.Assess(application, application.TargetUnit, reports, ledger, asked: false, []), law.Book, ledger, law.Policy, caller.AsActor(), now);
            decided = !received.Failed(out _, out var transition) && transition.Events[^1] is CaseEvent.Decided;
            return received;
        }
    }

    // Credentials are judged together only when all say that they are one learner's. A file that is turned away at the door says nothing yet.
    private static Problem? OtherHolder(ImmutableArray<CredentialReport> reports)
    {
        if (reports.Length == 1 || reports.Any(r => CaseDoor.Refusal(r) is not null)) return null;
        var first = reports[0].Holder?.Identifier ?? "";
        ImmutableArray<FieldViolation> wrong =
        [
            .. reports.Select((r, i) => (Identifier: r.Holder?.Identifier ?? "", Field: i == 0 ? "credential" : $"further_credentials[{i - 1}]"))
                .Where(r => r.Identifier.Length == 0 || r.Identifier != first)
                .Select(r => new FieldViolation(r.Field, r.Identifier.Length == 0 ? "names no holder by an identifier; submit it on its own" : "is of another holder than the first")),
        ];
        return wrong.IsEmpty ? null : Problem.InvalidRequest(wrong);
    }

    private static Application ApplicationOf(HostedInstitution institution, Caller caller, Submission submission, ImmutableArray<CredentialReport> reports, DateTimeOffset now) => new()
    {
        Case = CaseId.New(),
        Institution = institution.Organisation,
        SubmittedBy = caller is Caller.Partner partner ? partner.Organisation : institution.Organisation,
        Programme = submission.Programme,
        TargetUnit = submission.Unit,
        Purpose = submission.Purpose,
        ContactLanguage = submission.ContactLanguage,
        ConsentReference = submission.ConsentReference,
        // Without an identifier nobody can say that two credentials are of one learner: each then stands for itself.
        Learner = LearnerKey.For(reports[0].Holder is { Identifier.Length: > 0 } holder ? holder.Identifier : $"credential:{reports[0].Digest}", institution.LearnerSecret.Span),
        Credentials = [.. reports.Select(r => r.Digest)],
        SubmittedAt = now,
    };
}
