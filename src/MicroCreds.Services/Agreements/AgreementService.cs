using Grpc.Core;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Recognition;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Agreements;

/// <summary>Learning agreements of an institution's learners. They concern persons: staff of the institution alone reads them, and the learner's identifier is made a pseudonym at once.</summary>
public sealed class AgreementService(Hosting hosting, TimeProvider clock) : Wire.AgreementService.AgreementServiceBase
{
    /// <inheritdoc/>
    public override async Task<Wire.RecordAgreementResponse> RecordAgreement(Wire.RecordAgreementRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (id, etag, version) = AgreementMapping.ToRecord(request, (caller as Caller.Staff)?.Account ?? "", clock.GetUtcNow());
        var institution = Resolve(request.Institution);
        var staff = caller.RequireStaff(institution, StaffRole.Officer, StaffRole.Integrator, StaffRole.Administrator);

        version = version with { Learner = LearnerOf(request.Agreement.LearnerIdentifier, institution) };
        var rules = CaseRules.BookOf(institution.Published.Current);
        var result = await institution.Agreements.ChangeAsync(
            version.Id, ChangeRequests.Of(staff, context, id, request), history => AgreementTransitions.Record(history, etag, version, rules), context.CancellationToken);
        return new() { RecordedAgreement = ToWire(result) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.EndAgreementResponse> EndAgreement(Wire.EndAgreementRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (id, agreement, etag, lastDay) = AgreementMapping.ToEnd(request);
        var institution = Resolve(request.Institution);
        var staff = caller.RequireStaff(institution, StaffRole.Officer, StaffRole.Integrator, StaffRole.Administrator);

        var now = clock.GetUtcNow();
        var result = await institution.Agreements.ChangeAsync(
            agreement, ChangeRequests.Of(staff, context, id, request), history => AgreementTransitions.End(history, agreement, etag, lastDay, request.Reason, staff.AsActor(), now), context.CancellationToken);
        return new() { RecordedAgreement = ToWire(result) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.GetAgreementResponse> GetAgreement(Wire.GetAgreementRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var id = AgreementMapping.ToGet(request);
        var institution = Resolve(request.Institution);
        RequireReader(caller, institution);
        var found = await institution.Agreements.FindAsync(id, context.CancellationToken) ?? throw AgreementTransitions.NotFound(id).ToRpcException();
        return new() { RecordedAgreement = AgreementMapping.ToWire(found) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListAgreementsResponse> ListAgreements(Wire.ListAgreementsRequest request, ServerCallContext context)
    {
        var caller = SignedIn(context);
        var (filter, size) = AgreementMapping.ToList(request);
        var institution = Resolve(request.Institution);
        RequireReader(caller, institution);
        if (request.LearnerIdentifier.Length > 0) filter = filter with { Learner = LearnerOf(request.LearnerIdentifier, institution) };
        var name = $"ListAgreements {institution.Organisation} {filter.Learner} {filter.Programme} {filter.Host}";
        var after = PageToken.Read(request.PageToken, name) is { } place && AgreementId.TryParse(place, out var last) ? last : null;

        var page = await institution.Agreements.ListAsync(filter, after, size + 1, context.CancellationToken);
        return new()
        {
            RecordedAgreements = { page.Take(size).Select(a => AgreementMapping.ToWire(a, newestOnly: true)) },
            NextPageToken = page.Length > size ? PageToken.Make(name, page[size - 1].Id.Value) : "",
        };
    }

    // A partner is told no more than that the verb is not for it.
    private static void RequireReader(Caller caller, HostedInstitution institution) =>
        caller.RequireStaff(institution, StaffRole.Officer, StaffRole.Reviewer, StaffRole.Integrator, StaffRole.Administrator, StaffRole.Auditor);

    private static LearnerKey LearnerOf(string identifier, HostedInstitution institution) => LearnerKey.For(identifier, institution.LearnerSecret.Span);

    private static Caller SignedIn(ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        return caller;
    }

    private HostedInstitution Resolve(string institution) => hosting.Resolve(institution).Failed(out var problem, out var found) ? throw problem.ToRpcException() : found;

    private static Wire.RecordedAgreement ToWire(Result<AgreementHistory> result) =>
        result.Failed(out var problem, out var history) ? throw problem.ToRpcException() : AgreementMapping.ToWire(history);
}
