using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Grades;

/// <summary>
/// Grade tables and conversion. A partner's table is used and never given out (field reference D.1): there is no verb that reads one, and a
/// partner may convert its own grades only, since many conversions of another's would draw that one's table.
/// </summary>
public sealed class GradeService(Hosting hosting) : Wire.GradeService.GradeServiceBase
{
    /// <inheritdoc/>
    public override async Task<Wire.PutGradeTableResponse> PutGradeTable(Wire.PutGradeTableRequest request, ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        var (id, table) = GradeMapping.ToPut(request);
        var institution = Resolve(request.Institution);
        var staff = caller.RequireStaff(institution, StaffRole.Administrator);

        var result = await institution.Grades.PutAsync(table, ChangeRequests.Of(staff, context, id, request), context.CancellationToken);
        return result.Failed(out var problem, out var kept) ? throw problem.ToRpcException() : new Wire.PutGradeTableResponse { Table = GradeMapping.ToWire(kept) };
    }

    /// <inheritdoc/>
    public override async Task<Wire.ConvertGradeResponse> ConvertGrade(Wire.ConvertGradeRequest request, ServerCallContext context)
    {
        var caller = Caller.From(context);
        caller.RequireSignedIn();
        var source = GradeMapping.ToConvert(request);
        var institution = Resolve(request.Institution);
        caller.RequireStaffOrPartner(institution);
        if (caller is Caller.Partner partner && partner.Organisation != source)
            throw Problem.Of(ProblemCode.PermissionDenied, "A partner may convert grades of its own only.", ("role_needed", "staff")).ToRpcException();

        var own = await institution.Grades.OfAsync(institution.Organisation, context.CancellationToken);
        var theirs = source == institution.Organisation ? [] : await institution.Grades.OfAsync(source, context.CancellationToken);
        var tables = new GradeTableSet([.. own, .. theirs]);
        var outcome = GradeConverter.Convert(
            new AchievedGrade(request.Grade, ""), source, request.EqfLevel, institution.Organisation, request.EqfLevel,
            request.IscedField.Length == 0 ? [] : [request.IscedField], tables, institution.Policy.GradeConversion);
        return outcome switch
        {
            GradeConversionOutcome.Converted { Conversion: var conversion } => new Wire.ConvertGradeResponse { Conversion = GradeMapping.ToWire(conversion) },
            GradeConversionOutcome.NotConvertible { Reason: var reason } => throw Refused(request, source, institution, tables, reason).ToRpcException(),
            _ => throw new UnreachableException(),
        };
    }

    private HostedInstitution Resolve(string institution) =>
        hosting.Resolve(institution).Failed(out var problem, out var found) ? throw problem.ToRpcException() : found;

    /// <summary>No table that fits, or a grade that is not in the one that does.</summary>
    private static Problem Refused(Wire.ConvertGradeRequest request, OrganisationId source, HostedInstitution institution, GradeTableSet tables, string reason)
    {
        foreach (var organisation in new[] { source, institution.Organisation })
        {
            if (tables.Find(organisation, request.IscedField.Length == 0 ? [] : [request.IscedField], request.EqfLevel, institution.Policy.GradeConversion.MinimumCount, []) is not null) continue;
            return Problem.Of(
                ProblemCode.GradeTableNotFound, reason, ("organisation", organisation.Value), ("isced_field", request.IscedField),
                ("eqf_level", request.EqfLevel.ToString(CultureInfo.InvariantCulture)));
        }

        return Problem.InvalidRequest([new FieldViolation("grade", reason)]);
    }
}
