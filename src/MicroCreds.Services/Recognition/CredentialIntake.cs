using MicroCreds.Domain.Cases;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Verification;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;

namespace MicroCreds.Services.Recognition;

/// <summary>Takes in a credential: verifies it beside the transaction, and opens the case with its assessment inside.</summary>
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
        var report = verifier.Verify(submission.Credential, now);
        var application = ApplicationOf(institution, caller, submission, report, now);
        var law = await rules.ForSubmissionAsync(institution, application, report, cancellationToken);
        var decided = false;
        var opened = await institution.Cases.OpenAsync(request, application.Learner, [submission.Credential], Receive, cancellationToken);
        if (decided && !opened.Failed(out _, out var granted) && granted.EffectiveDecision is { } decision)
            metrics.Decided(SnakeCase.Of(decision.Outcome), SnakeCase.Of(decision.DecidedBy));
        return opened;

        Result<CaseTransition> Receive(LearnerLedger ledger)
        {
            var received = CaseIntake.Receive(
                application, [report], () => law.Assess(application, application.TargetUnit, report, ledger, asked: false, []), law.Book, ledger, law.Policy, caller.AsActor(), now);
            decided = !received.Failed(out _, out var transition) && transition.Events[^1] is CaseEvent.Decided;
            return received;
        }
    }

    private static Application ApplicationOf(HostedInstitution institution, Caller caller, Submission submission, CredentialReport report, DateTimeOffset now) => new()
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
        Learner = LearnerKey.For(report.Holder is { Identifier.Length: > 0 } holder ? holder.Identifier : $"credential:{report.Digest}", institution.LearnerSecret.Span),
        Credentials = [report.Digest],
        SubmittedAt = now,
    };
}
