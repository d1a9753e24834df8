using Grpc.Core;
using MicroCreds.Domain.Cases;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Recognition;

/// <summary>Applications for recognition. Answers for the institutions hosted here; staff that asks for a partner's is passed on to it.</summary>
internal sealed class RecognitionService(
    Hosting hosting, CredentialIntake intake, CaseChanges changes, CaseWatch watch, PartnerForwarding forwarding, SubmissionStreams streams, TimeProvider clock)
    : Wire.RecognitionService.RecognitionServiceBase
{
    /// <summary>The method by which a submission is known, alone or in a stream.</summary>
    private static readonly string SubmitMethod = $"/{Wire.RecognitionService.Descriptor.FullName}/{nameof(SubmitCredential)}";

    /// <summary>Staff that acts for a learner.</summary>
    private static readonly StaffRole[] ForLearners = [StaffRole.Officer, StaffRole.Integrator];

    /// <summary>Staff that may read learners' cases: whoever coordinates sees members and streams, not learners.</summary>
    private static readonly StaffRole[] Readers = [StaffRole.Officer, StaffRole.Reviewer, StaffRole.Administrator, StaffRole.Auditor, StaffRole.Integrator];

    /// <inheritdoc/>
    public override Task<Wire.SubmitCredentialResponse> SubmitCredential(Wire.SubmitCredentialRequest request, ServerCallContext context) => SubmitAsync(request, SignedIn(context), context);

    /// <inheritdoc/>
    public override async Task SubmitCredentials(IAsyncStreamReader<Wire.SubmitCredentialsRequest> requestStream, IServerStreamWriter<Wire.SubmitCredentialsResponse> responseStream, ServerCallContext context)
    {
        var caller = SignedIn(context);
        // Before a file is read: whoever may submit nowhere is told so once.
        if (caller is Caller.Staff staff) staff.RequireRole(ForLearners);
        await streams.RunAsync(caller, requestStream, responseStream, context, async one => (await SubmitAsync(one, caller, context)).RecognitionCase);
    }

    private async Task<Wire.SubmitCredentialResponse> SubmitAsync(Wire.SubmitCredentialRequest request, Caller caller, ServerCallContext context)
    {
        var submission = RecognitionMapping.ToSubmission(request, hosting);
        if (forwarding.Here(submission.Institution, context) is not { } institution)
            return await forwarding.PassOnAsync(submission.Institution, context, ForLearners, (partner, options) => partner.SubmitCredentialAsync(request, options));
        Require(caller, institution, ForLearners);

        var change = ChangeRequests.Of(caller, SubmitMethod, submission.Request, request);
        if ((await intake.SubmitAsync(institution, caller, submission, change, context.CancellationToken)).Failed(out var problem, out var opened)) throw problem.ToRpcException();
        return new Wire.SubmitCredentialResponse { RecognitionCase = await ShowAsync(institution, caller, opened, context.CancellationToken) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetCaseResponse> GetCase(Wire.GetCaseRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (organisation, id) = RecognitionMapping.ToCase(request.Institution, request.CaseId, hosting);
        if (forwarding.Here(organisation, context) is not { } institution)
            return await forwarding.PassOnAsync(organisation, context, Readers, (partner, options) => partner.GetCaseAsync(request, options));
        Require(caller, institution, Readers);

        var found = await institution.Cases.FindAsync(id, context.CancellationToken);
        if (found is null || !caller.Sees(found)) throw CaseAccess.NotFound(id).ToRpcException();
        var shown = await ShowAsync(institution, caller, found, context.CancellationToken);
        if (caller is Caller.Staff && found.Referral.Contains(Domain.Rules.ReferralReason.AlreadyCounted))
            shown.CountedCaseIds.AddRange(await CaseAccess.CountedInAsync(institution, found, context.CancellationToken));
        return new Wire.GetCaseResponse { RecognitionCase = shown };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListCasesResponse> ListCases(Wire.ListCasesRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var listing = RecognitionMapping.ToListing(request, hosting);
        if (forwarding.Here(listing.Institution, context) is not { } institution)
            return await forwarding.PassOnAsync(listing.Institution, context, Readers, (partner, options) => partner.ListCasesAsync(request, options));
        Require(caller, institution, Readers);
        return await CaseListings.PageAsync(institution, caller, listing, Today(), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task WatchCases(Wire.WatchCasesRequest request, IServerStreamWriter<Wire.WatchCasesResponse> responseStream, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (organisation, after) = RecognitionMapping.ToWatch(request, hosting);
        if (forwarding.Here(organisation, context) is not { } institution)
        {
            await forwarding.PassOnAsync(organisation, request, responseStream, context, Readers);
            return;
        }

        Require(caller, institution, Readers);
        await watch.StreamAsync(institution, caller, after, responseStream, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Wire.ProvideInformationResponse> ProvideInformation(Wire.ProvideInformationRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (command, answers) = RecognitionMapping.ToProvideInformation(request, hosting);
        if (forwarding.Here(command.Institution, context) is not { } institution)
            return await forwarding.PassOnAsync(command.Institution, context, ForLearners, (partner, options) => partner.ProvideInformationAsync(request, options));
        Require(caller, institution, ForLearners);

        var changed = await changes.RunAsync(
            institution, caller, command, ChangeRequests.Of(caller, context, command.Request, request),
            m => CaseTransitions.ProvideInformation(m.Case, answers, c => m.Rules.Assess(c, m.Ledger), m.Rules.Book, m.Ledger, m.Rules.Policy, m.Actor, m.Now),
            context.CancellationToken);
        return new Wire.ProvideInformationResponse { RecognitionCase = changed };
    }

    /// <inheritdoc/>
    public override async Task<Wire.WithdrawCaseResponse> WithdrawCase(Wire.WithdrawCaseRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var command = RecognitionMapping.ToWithdraw(request, hosting);
        if (forwarding.Here(command.Institution, context) is not { } institution)
            return await forwarding.PassOnAsync(command.Institution, context, ForLearners, (partner, options) => partner.WithdrawCaseAsync(request, options));
        Require(caller, institution, ForLearners);

        var changed = await changes.RunAsync(
            institution, caller, command, ChangeRequests.Of(caller, context, command.Request, request),
            m => CaseTransitions.Withdraw(m.Case, request.Ground, m.Actor, m.Now), context.CancellationToken);
        return new Wire.WithdrawCaseResponse { RecognitionCase = changed };
    }

    /// <inheritdoc/>
    public override async Task<Wire.AppealDecisionResponse> AppealDecision(Wire.AppealDecisionRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var command = RecognitionMapping.ToAppeal(request, hosting);
        if (forwarding.Here(command.Institution, context) is not { } institution)
            return await forwarding.PassOnAsync(command.Institution, context, ForLearners, (partner, options) => partner.AppealDecisionAsync(request, options));
        Require(caller, institution, ForLearners);

        var changed = await changes.RunAsync(
            institution, caller, command, ChangeRequests.Of(caller, context, command.Request, request),
            m => CaseTransitions.Appeal(m.Case, request.AgainstVersion, request.Grounds, m.Actor, m.Now), context.CancellationToken);
        return new Wire.AppealDecisionResponse { RecognitionCase = changed };
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetEvidenceResponse> GetEvidence(Wire.GetEvidenceRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (organisation, id) = RecognitionMapping.ToCase(request.Institution, request.CaseId, hosting);
        var institution = hosting.Find(organisation) ?? throw Hosting.Unknown(organisation.Value).ToRpcException();
        Require(caller, institution, Readers);

        var evidence = await institution.Statements.EvidenceAsync(id, context.CancellationToken);
        var seen = evidence.Where(e => caller is not Caller.Partner partner || e.Issuer == partner.Organisation || e.Audience == partner.Organisation).ToList();
        if (seen.Count == 0 && (await institution.Cases.FindAsync(id, context.CancellationToken) is not { } found || !caller.Sees(found)))
            throw CaseAccess.NotFound(id).ToRpcException();
        var response = new Wire.GetEvidenceResponse();
        response.Statements.AddRange(seen.Select(ExchangeMapping.ToWire));
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.ExportDecisionResponse> ExportDecision(Wire.ExportDecisionRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (organisation, id, form) = RecognitionMapping.ToExport(request, hosting);
        if (forwarding.Here(organisation, context) is not { } institution)
            return await forwarding.PassOnAsync(organisation, context, Readers, (partner, options) => partner.ExportDecisionAsync(request, options));
        Require(caller, institution, Readers);

        var found = await institution.Cases.FindAsync(id, context.CancellationToken);
        if (found is null || !caller.Sees(found)) throw CaseAccess.NotFound(id).ToRpcException();
        var rules = await CaseRulesReader.BookAsync(institution, found, context.CancellationToken);
        var place = form == DecisionForm.Elm && institution.DecisionWriter.PublishesStatus && found.EffectiveVersion > 0
            ? await institution.Cases.StatusPlaceAsync(id, found.EffectiveVersion, context.CancellationToken) : null;
        return institution.DecisionWriter.Write(form, found, rules, place, clock.GetUtcNow()).Failed(out var problem, out var document)
            ? throw problem.ToRpcException()
            : RecognitionMapping.ToResponse(document, found.EffectiveVersion);
    }

    private static Caller SignedIn(ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        return caller;
    }

    private static void Require(Caller caller, HostedInstitution institution, StaffRole[] roles)
    {
        if (caller is not Caller.Partner) caller.RequireStaff(institution, roles);
    }

    private async Task<Wire.RecognitionCase> ShowAsync(HostedInstitution institution, Caller caller, RecognitionCase c, CancellationToken cancellationToken) =>
        CaseMapping.ToWire(c, institution, await CaseRulesReader.BookAsync(institution, c, cancellationToken), caller, Today());

    private DateOnly Today() => RecognitionClock.DayOf(clock.GetUtcNow());
}
