using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Members;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Microsoft.Extensions.Hosting;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Equivalence;

/// <summary>What an institution publishes. Anybody sees public rules, partners those for partners too, staff all of its own institution.</summary>
internal sealed class EquivalenceService(
    Hosting hosting, TrustRegistry registry, IPartnerChannels channels, EquivalenceAnswers answers, RuleWatch watch, IHostApplicationLifetime lifetime, TimeProvider clock)
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
        var asked = RuleFilter.Read(request, fields);
        var (size, institution) = Read(request.Institution, request.PageSize, fields);
        var filter = RuleFilter.Binding(request, institution.Organisation);
        var after = PageToken.Read(request.PageToken, filter);

        var rules = asked.Draft
            ? await DraftAsync(institution, asked, context)
            : asked.In(RuleView.Of(institution.Published.Current, EquivalenceAnswers.VisibleTo(Caller.From(context), institution.Organisation)), after);
        var fitting = rules.Where(r => after is null || string.CompareOrdinal(r.Id.Value, after) > 0);
        // Only the first page counts them all: turning pages costs a page.
        var page = after is null ? fitting.ToList() : [.. fitting.Take(size + 1)];
        var response = new Wire.ListRulesResponse { TotalCount = after is null ? page.Count : 0 };
        response.Rules.AddRange(page.Take(size).Select(EquivalenceMapping.ToWire));
        if (request.WithDocuments && !asked.Draft) AddDocuments(response, page, institution.Published.Current);
        if (page.Count > size) response.NextPageToken = PageToken.Make(filter, page[size - 1].Id.Value);
        return response;
    }

    /// <inheritdoc/>
    public override async Task<Wire.FindEquivalencesResponse> FindEquivalences(Wire.FindEquivalencesRequest request, ServerCallContext context)
    {
        if (Route(request.Institution, context) is { } route)
            return await Forwarding.CallAsync(route.Partner, () => Client(route).FindEquivalencesAsync(request, Forwarding.Options(context, clock)).ResponseAsync);

        var asked = EquivalenceMapping.ToQuestion(request);
        var institution = Resolve(request.Institution);
        return await answers.AnswerAsync(institution, asked, EquivalenceAnswers.VisibleTo(Caller.From(context), institution.Organisation), context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task WatchRules(Wire.WatchRulesRequest request, IServerStreamWriter<Wire.WatchRulesResponse> responseStream, ServerCallContext context)
    {
        if (Route(request.Institution, context) is { } route)
        {
            await Forwarding.RelayAsync(route.Partner, context, options => Client(route).WatchRules(request, options), responseStream, lifetime.ApplicationStopping);
            return;
        }

        var after = EquivalenceMapping.ToWatch(request);
        var institution = Resolve(request.Institution);
        await watch.StreamAsync(institution, EquivalenceAnswers.VisibleTo(Caller.From(context), institution.Organisation), after, responseStream, context.CancellationToken);
    }

    private static void AddDocuments(Wire.ListRulesResponse response, List<EquivalenceRule> page, CompiledTable published)
    {
        for (var i = 0; i < response.Rules.Count; i++)
            if (published.TableOf(page[i].Id) is { } table) response.Rules[i].Document = RuleDocuments.Write(page[i], table);
    }

    private static async Task<IEnumerable<EquivalenceRule>> DraftAsync(HostedInstitution institution, RuleFilter asked, ServerCallContext context)
    {
        Caller.From(context).RequireStaff(institution, StaffRole.Administrator);
        var table = RequestFields.Known(asked.Table);
        var draft = await institution.Tables.DraftAsync(table, context.CancellationToken) ?? throw EquivalenceAdminService.NoTable(table).ToRpcException();
        return asked.In(draft);
    }

    private static RuleView View(HostedInstitution institution, ServerCallContext context, out CompiledTable published)
    {
        published = institution.Published.Current;
        return RuleView.Of(published, EquivalenceAnswers.VisibleTo(Caller.From(context), institution.Organisation));
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

    // What is published to members is the same whichever road the question takes: an institution hosted here answers at once, whose staff ever asks.
    private PartnerRoute? Route(string institution, ServerCallContext context) =>
        OrganisationId.TryParse(institution, out var asked) && hosting.Find(asked) is not null ? null : PartnerRoute.Find(institution, hosting, registry, context);

    private Wire.EquivalenceService.EquivalenceServiceClient Client(PartnerRoute route) => new(channels.For(route.Acting, route.Partner));
}
