using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>What an institution publishes. Anybody sees public rules, partners those for partners too, staff all of its own institution.</summary>
public sealed class EquivalenceService(Hosting hosting, TrustRegistry registry, IPartnerChannels channels, TimeProvider clock)
    : Wire.EquivalenceService.EquivalenceServiceBase
{
    /// <inheritdoc/>
    public override async Task<Wire.ListTablesResponse> ListTables(Wire.ListTablesRequest request, ServerCallContext context)
    {
        if (Route(request.Institution, context) is { } route)
            return await Forwarding.CallAsync(route.Partner, () => Client(route).ListTablesAsync(request, Forwarding.Options(context, clock)).ResponseAsync);

        var (size, institution) = Read(request.Institution, request.PageSize, new RequestFields());
        var filter = $"EquivalenceService/ListTables {institution.Organisation}";
        var after = PageToken.Read(request.PageToken, filter);

        var view = View(institution, context, out var published);
        var page = published.Tables.Where(t => after is null || string.CompareOrdinal(t.Id.Value, after) > 0).Take(size + 1).ToList();
        var response = new Wire.ListTablesResponse();
        response.Tables.AddRange(page.Take(size).Select(t => EquivalenceMapping.ToWire(t, institution.Organisation, view.CountIn(t.Id))));
        if (page.Count > size) response.NextPageToken = PageToken.Make(filter, page[size - 1].Id.Value);
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.ListRulesResponse> ListRules(Wire.ListRulesRequest request, ServerCallContext context)
    {
        if (Route(request.Institution, context) is { } route)
            return await Forwarding.CallAsync(route.Partner, () => Client(route).ListRulesAsync(request, Forwarding.Options(context, clock)).ResponseAsync);

        var fields = new RequestFields();
        var table = fields.Optional<TableId>("table_id", request.TableId, TableId.TryParse, "a table identifier of 1 to 64 characters");
        var unit = fields.Optional<UnitCode>("target_unit", request.TargetUnit, UnitCode.TryParse, "a unit code of 1 to 64 characters");
        var body = fields.Organisation("awarding_body", request.AwardingBody);
        var (size, institution) = Read(request.Institution, request.PageSize, fields);
        var filter = $"EquivalenceService/ListRules {institution.Organisation} {table} {unit} {body}";
        var after = PageToken.Read(request.PageToken, filter);

        var view = View(institution, context, out var published);
        if (table is not null && !published.Tables.Any(t => t.Id == table)) throw EquivalenceAdminService.NoTable(table).ToRpcException();
        var page = view.Rules
            .Where(r => (after is null || string.CompareOrdinal(r.Rule.Id.Value, after) > 0) && (table is null || r.Table == table) && (unit is null || r.Rule.Target == unit))
            .Where(r => body is null || r.Rule.Conditions.Any(c => c is RuleCondition.AwardingBody named && named.Organisation == body))
            .Take(size + 1).ToList();
        var response = new Wire.ListRulesResponse();
        response.Rules.AddRange(page.Take(size).Select(r => EquivalenceMapping.ToWire(r.Rule)));
        if (page.Count > size) response.NextPageToken = PageToken.Make(filter, page[size - 1].Rule.Id.Value);
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.FindEquivalencesResponse> FindEquivalences(Wire.FindEquivalencesRequest request, ServerCallContext context)
    {
        if (Route(request.Institution, context) is { } route)
            return await Forwarding.CallAsync(route.Partner, () => Client(route).FindEquivalencesAsync(request, Forwarding.Options(context, clock)).ResponseAsync);

        var asked = EquivalenceMapping.ToQuestion(request);
        var institution = Resolve(request.Institution);
        var view = View(institution, context, out _);
        var day = asked.AsOf ?? DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (asked.Achievement is { } achievement) return EquivalenceMapping.ToWire(EquivalenceQuery.Forward(view.Table, achievement.AsOf(day, view.Audience)), day);

        var unit = RequestFields.Known(asked.Unit);
        if (view.Table.Find(unit) is null)
            throw Problem.Of(ProblemCode.TargetUnitNotFound, $"The unit {unit} is in no published table of {institution.Organisation}.", ("target_unit", unit.Value)).ToRpcException();
        var answers = EquivalenceQuery.Reverse(view.Table, unit, day, view.Audience);
        return EquivalenceMapping.ToWire(answers.Length > 0 ? answers : [new EquivalenceAnswer { Status = EquivalenceStatus.NotEvaluated, AsOf = day, Reason = "No published rule grants this unit." }], day);
    }

    private static RuleView View(HostedInstitution institution, ServerCallContext context, out CompiledTable published)
    {
        published = institution.Published.Current;
        return RuleView.Of(published, Caller.From(context) switch
        {
            Caller.Staff staff when staff.BelongsTo(institution.Organisation) => RuleVisibility.Hidden,
            // Staff of another institution on this node belongs to a member, as staff of a partner does.
            Caller.Staff or Caller.Partner => RuleVisibility.Partners,
            _ => RuleVisibility.Public,
        });
    }

    private (int Size, HostedInstitution Institution) Read(string institution, int pageSize, RequestFields fields)
    {
        fields.Institution(institution);
        var size = PageToken.Size(pageSize);
        fields.Require(size is not null, "page_size", "must not be negative");
        fields.ThrowIfWrong();
        return (size ?? PageToken.DefaultSize, Resolve(institution));
    }

    private HostedInstitution Resolve(string institution) =>
        hosting.Resolve(institution).Failed(out var problem, out var found) ? throw problem.ToRpcException() : found;

    private PartnerRoute? Route(string institution, ServerCallContext context) => PartnerRoute.Find(institution, hosting, registry, context);

    private Wire.EquivalenceService.EquivalenceServiceClient Client(PartnerRoute route) => new(channels.For(route.Acting, route.Partner));
}
