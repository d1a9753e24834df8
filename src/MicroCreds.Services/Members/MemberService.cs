using System.Reflection;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Members;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Exchange;
using MicroCreds.Services.Institutions;
using MicroCreds.Services.Outside;
using MicroCreds.Services.Paging;
using MicroCreds.Services.Security;
using Microsoft.AspNetCore.Connections.Features;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Members;

/// <summary>Who is in the federation, and who is asking.</summary>
public sealed class MemberService(Hosting hosting, TrustRegistry registry, IPartnerChannels channels, DocumentFetcher outside, TimeProvider clock) : Wire.MemberService.MemberServiceBase
{
    private const string MembersFilter = "MemberService/ListMembers";
    private const string SourcesFilter = "MemberService/ListTrustSources";

    /// <summary>Version of the software.</summary>
    public static string SoftwareVersion { get; } = typeof(MemberService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <inheritdoc/>
    public override Task<Wire.GetNodeResponse> GetNode(Wire.GetNodeRequest request, ServerCallContext context)
    {
        var response = new Wire.GetNodeResponse
        {
            SoftwareVersion = SoftwareVersion,
            MaxCredentialBytes = TransportLimits.MaxCredentialBytes,
            MaxRequestBytes = TransportLimits.MaxRequestBytes,
            TrustListSerial = registry.Current.List.Serial,
        };
        response.Institutions.AddRange(hosting.All.Select(ProcedureOf));
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<Wire.GetTrustListResponse> GetTrustList(Wire.GetTrustListRequest request, ServerCallContext context)
    {
        Caller.From(context).RequireSignedIn();
        var list = registry.Current.List;
        return Task.FromResult(new Wire.GetTrustListResponse
        {
            TrustList = ByteString.CopyFrom(registry.SignedList.Span),
            Serial = list.Serial,
            ExpireTime = Timestamp.FromDateTimeOffset(list.ExpiresAt),
        });
    }

    /// <inheritdoc/>
    public override Task<Wire.ListMembersResponse> ListMembers(Wire.ListMembersRequest request, ServerCallContext context)
    {
        Caller.From(context).RequireSignedIn();
        if (PageToken.Size(request.PageSize) is not { } size)
            throw Problem.InvalidRequest([new FieldViolation("page_size", "must not be negative")]).ToRpcException();
        var after = PageToken.Read(request.PageToken, MembersFilter);
        var page = registry.Current.List.Members.OrderBy(m => m.Organisation.Value, StringComparer.Ordinal)
            .Where(m => after is null || string.CompareOrdinal(m.Organisation.Value, after) > 0).Take(size + 1).ToList();
        var response = new Wire.ListMembersResponse();
        response.Members.AddRange(page.Take(size).Select(ToWire));
        if (page.Count > size) response.NextPageToken = PageToken.Make(MembersFilter, page[size - 1].Organisation.Value);
        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<Wire.ListTrustSourcesResponse> ListTrustSources(Wire.ListTrustSourcesRequest request, ServerCallContext context)
    {
        Caller.From(context).RequireSignedIn();
        if (PageToken.Size(request.PageSize) is not { } size)
            throw Problem.InvalidRequest([new FieldViolation("page_size", "must not be negative")]).ToRpcException();
        Caller.From(context).RequireStaff();
        var after = PageToken.Read(request.PageToken, SourcesFilter);
        var page = outside.Current.Select(kept => TrustSourceMapping.ToWire(kept, clock.GetUtcNow())).OrderBy(KeyOf, StringComparer.Ordinal)
            .Where(s => after is null || string.CompareOrdinal(KeyOf(s), after) > 0).Take(size + 1).ToList();
        var response = new Wire.ListTrustSourcesResponse();
        response.TrustSources.AddRange(page.Take(size));
        if (page.Count > size) response.NextPageToken = PageToken.Make(SourcesFilter, KeyOf(page[size - 1]));
        return Task.FromResult(response);

        static string KeyOf(Wire.TrustSource source) => $"{source.Kind} {source.Address}";
    }

    /// <inheritdoc/>
    public override async Task<Wire.EchoResponse> Echo(Wire.EchoRequest request, ServerCallContext context)
    {
        if (request.Message.Length > 1000) throw Problem.InvalidRequest([new FieldViolation("message", "must have at most 1000 characters")]).ToRpcException();
        if (request.Institution.Length > 0 && !OrganisationId.TryParse(request.Institution, out _))
            throw Problem.InvalidRequest([new FieldViolation("institution", "must be a SCHAC home-organisation identifier")]).ToRpcException();

        var caller = Caller.From(context);
        if (request.Institution.Length > 0 && OrganisationId.Parse(request.Institution) is var asked && PartnerRoute.Here(asked, hosting, context) is null)
        {
            var route = PartnerRoute.Find(request.Institution, hosting, registry, context) ?? throw Hosting.Unknown(request.Institution).ToRpcException();
            return await Forwarding.CallAsync(asked, () => new Wire.MemberService.MemberServiceClient(channels.For(route.Acting, asked)).EchoAsync(
                new Wire.EchoRequest { Message = request.Message }, Forwarding.Options(context, clock)).ResponseAsync);
        }

        return Answer(request, caller, context);
    }

    private Wire.EchoResponse Answer(Wire.EchoRequest request, Caller caller, ServerCallContext context)
    {
        var http = context.GetHttpContext();
        var response = new Wire.EchoResponse
        {
            Message = request.Message,
            AnsweredBy = hosting.All is [var only] ? only.Organisation.Value : "",
            TlsVersion = http.Features.Get<ITlsHandshakeFeature>()?.Protocol.ToString() ?? "",
            ClientKeyDigest = http.Connection.ClientCertificate is { } certificate ? CallerAuthentication.KeyDigest(certificate).Value : "",
            CallerKind = caller switch { Caller.Staff => "staff", Caller.Partner => "partner", _ => "anonymous" },
            CallerName = caller switch { Caller.Staff staff => staff.Account, Caller.Partner partner => partner.Organisation.Value, _ => "" },
        };
        if (caller is Caller.Staff member) response.Roles.AddRange(member.Roles.Select(r => r.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal));
        return response;
    }

    private Wire.Member ToWire(Member member)
    {
        var wire = new Wire.Member
        {
            Organisation = member.Organisation.Value,
            Name = member.Name,
            Kind = Snake(member.Kind.ToString()),
            Status = Snake(member.Status.ToString()),
            HostedHere = hosting.Find(member.Organisation) is not null,
        };
        wire.Endpoints.AddRange(member.Endpoints);
        wire.LegalIdentifiers.AddRange(member.LegalIdentifiers);
        wire.StatementKeyThumbprints.AddRange(member.StatementKeys.Select(k => Domain.Jose.VerificationKey.TryFromJwk(k.Jwk, out var key) ? key.KeyId : ""));
        return wire;
    }

    private static Wire.HostedInstitution ProcedureOf(HostedInstitution institution)
    {
        var policy = institution.Policy;
        var wire = new Wire.HostedInstitution
        {
            Organisation = institution.Organisation.Value,
            Authority = policy.Authority,
            CriteriaUrl = policy.CriteriaUrl,
            DecisionMonths = policy.DecisionMonths,
            AppealDays = policy.AppealDays,
            ClockPolicy = Snake(policy.Clock.ToString()),
            RuleDatePolicy = Snake(policy.RuleDate.ToString()),
            DecisionApproval = Snake(policy.DecisionApproval.ToString()),
        };
        if (policy.ApprovalAbove is { } bound) wire.ApprovalAboveEctsCreditsHundredths = bound.Hundredths;
        return wire;
    }

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
