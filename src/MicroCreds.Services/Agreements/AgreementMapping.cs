using System.Collections.Immutable;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MicroCreds.Domain.Agreements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Errors;
using MicroCreds.Services.Recognition;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Agreements;

/// <summary>Between learning agreements of the domain and of the contract.</summary>
internal static class AgreementMapping
{
    private const int MaxText = 2000;
    private const string Schac = "a SCHAC home-organisation identifier such as uni-a.example";
    private const string IdShape = "an identifier of 1 to 40 letters, digits and . _ / : -";

    /// <summary>Whose agreement it is as long as no institution's secret makes a pseudonym of the identifier.</summary>
    private static readonly LearnerKey Nobody = LearnerKey.For("", []);

    /// <summary>What is to be recorded, of nobody yet. Throws one status that names every wrong field.</summary>
    internal static (RequestId Request, int? Etag, LearningAgreement Version) ToRecord(Wire.RecordAgreementRequest request, string account, DateTimeOffset now)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var id = fields.RequestId(request.RequestId);
        var etag = Etag(request.Etag, fields);
        var wire = request.Agreement ?? new();
        fields.Text("agreement.learner_identifier", wire.LearnerIdentifier, 1, 500);
        var version = Read("agreement.", wire, account, now, fields);
        fields.ThrowIfWrong();
        return (RequestFields.Known(id), etag, RequestFields.Known(version));
    }

    /// <summary>What is to be ended.</summary>
    internal static (RequestId Request, AgreementId Id, int? Etag, DateOnly LastDay) ToEnd(Wire.EndAgreementRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var id = fields.RequestId(request.RequestId);
        var agreement = Id(request.AgreementId, fields);
        fields.Require(request.Etag.Length > 0, "etag", "is required: the etag of the agreement as it was read");
        var etag = Etag(request.Etag, fields);
        var lastDay = fields.RequiredDay("last_date", request.LastDate);
        fields.Text("reason", request.Reason, 1, MaxText);
        fields.ThrowIfWrong();
        return (RequestFields.Known(id), RequestFields.Known(agreement), etag, lastDay ?? default);
    }

    /// <summary>The agreement that is asked for.</summary>
    internal static AgreementId ToGet(Wire.GetAgreementRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var id = Id(request.AgreementId, fields);
        fields.ThrowIfWrong();
        return RequestFields.Known(id);
    }

    /// <summary>What is to be listed, of any learner.</summary>
    internal static (AgreementFilter Filter, int Size) ToList(Wire.ListAgreementsRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var size = Paging.PageToken.Size(request.PageSize);
        fields.Require(size is not null, "page_size", "must not be negative");
        var programme = fields.Optional<ProgrammeCode>("programme", request.Programme, ProgrammeCode.TryParse, "the code of a programme, 1 to 64 characters");
        var host = fields.Organisation("host_organisation", request.HostOrganisation);
        fields.Text("learner_identifier", request.LearnerIdentifier, 0, 500);
        fields.ThrowIfWrong();
        return (new(null, programme, host), size ?? Paging.PageToken.DefaultSize);
    }

    /// <summary>What was agreed, of nobody yet; null when something is wrong.</summary>
    /// <param name="at">Path of the message, with its point.</param>
    /// <param name="wire">Message.</param>
    /// <param name="account">Who records it.</param>
    /// <param name="now">When.</param>
    /// <param name="fields">Gathers what is wrong.</param>
    internal static LearningAgreement? Read(string at, Wire.LearningAgreement wire, string account, DateTimeOffset now, RequestFields fields)
    {
        var id = fields.Required<AgreementId>(at + "agreement_id", wire.AgreementId, AgreementId.TryParse, IdShape);
        var programme = fields.Required<ProgrammeCode>(at + "programme", wire.Programme, ProgrammeCode.TryParse, "the code of a programme, 1 to 64 characters");
        var host = fields.Required<OrganisationId>(at + "host_organisation", wire.HostOrganisation, OrganisationId.TryParse, Schac);
        var signatures = wire.Signatures.Take(4).Select((s, i) => Signature($"{at}signatures[{i}].", s, DateOnly.FromDateTime(now.UtcDateTime), fields)).OfType<AgreementSignature>().ToImmutableArray();
        fields.Require(
            wire.Signatures.Count == 3 && wire.Signatures.Select(s => s.Party).Distinct().Count() == 3, at + "signatures", "must be one of the learner, one of the institution and one of the host");
        var (from, until) = (fields.Day(at + "valid_from_date", wire.ValidFromDate), fields.Day(at + "valid_until_date", wire.ValidUntilDate));
        fields.Require(from is null || until is null || from <= until, at + "valid_until_date", "must not be before valid_from_date");
        var file = fields.Optional<Sha256Digest>(at + "signed_file_digest", wire.SignedFileDigest, Sha256Digest.TryParse, "a SHA-256 digest, 43 characters of base64url");
        fields.Text(at + "changes", wire.Changes, 0, MaxText);
        fields.Require(wire.Components.Count is >= 1 and <= LearningAgreement.MaxComponents, at + "components", $"must be 1 to {LearningAgreement.MaxComponents}");
        var components = wire.Components.Take(LearningAgreement.MaxComponents).Select((c, i) => Component($"{at}components[{i}].", c, host, fields)).OfType<AgreementComponent>().ToImmutableArray();
        fields.Require(
            components.Select(c => (c.AwardingBody, c.Code.Length > 0 ? c.Code.ToUpperInvariant() : c.Title)).Distinct().Count() == components.Length, at + "components", "must not name the same thing twice");
        fields.Require(components.Sum(c => c.Credits.Hundredths) <= EctsCredits.MaxHundredths, at + "components", "must make at most 360 credits in all");
        return id is null || programme is null || host is null || components.IsEmpty || signatures.IsEmpty ? null : new()
        {
            Id = id, Version = 1, Learner = Nobody, Programme = programme, Host = host, Signatures = signatures, ValidFrom = from, ValidUntil = until, SignedFile = file,
            Changes = wire.Changes, Components = components, RecordedBy = account, RecordedAt = now,
        };
    }

    /// <summary>An agreement as it stands.</summary>
    /// <param name="history">Agreement.</param>
    /// <param name="newestOnly">Whether only the newest version is told.</param>
    internal static Wire.RecordedAgreement ToWire(AgreementHistory history, bool newestOnly = false)
    {
        var wire = new Wire.RecordedAgreement
        {
            AgreementId = history.Id.Value, Etag = history.Events.Length.ToString(CultureInfo.InvariantCulture), LearnerKey = history.Current.Learner.Value,
            Versions = { history.Versions.Reverse().Take(newestOnly ? 1 : int.MaxValue).Select(ToWire) },
        };
        if (history.End is { } end)
            (wire.LastDate, wire.EndReason, wire.EndedBy, wire.EndTime) = (CredentialMapping.Day(end.LastDay), end.Reason, end.EndedBy, Timestamp.FromDateTimeOffset(end.EndedAt));
        return wire;
    }

    /// <summary>The agreement that was applied; null for none.</summary>
    internal static Wire.AppliedAgreement? ToWire(AppliedAgreement? applied) => applied is null ? null : new()
    {
        AgreementId = applied.Agreement.Value, Version = applied.Version, Digest = applied.Digest.Value, AskedEctsCreditsHundredths = applied.Asked.Hundredths,
    };

    private static Wire.AgreementVersion ToWire(LearningAgreement version) => new()
    {
        Version = version.Version, Digest = version.Digest().Value, SignedDate = CredentialMapping.Day(version.SignedOn), RecordedBy = version.RecordedBy,
        RecordTime = Timestamp.FromDateTimeOffset(version.RecordedAt),
        Agreement = new()
        {
            AgreementId = version.Id.Value, Programme = version.Programme.Value, HostOrganisation = version.Host.Value, ValidFromDate = CredentialMapping.Day(version.ValidFrom),
            ValidUntilDate = CredentialMapping.Day(version.ValidUntil), SignedFileDigest = version.SignedFile?.Value ?? "", Changes = version.Changes,
            Signatures = { version.Signatures.Select(s => new Wire.AgreementSignature { Party = Parties.First(p => p.Value == s.Party).Key, SignedDate = CredentialMapping.Day(s.SignedOn) }) },
            Components =
            {
                version.Components.Select(c => new Wire.AgreementComponent
                {
                    AwardingBody = c.AwardingBody.Value, Code = c.Code, Title = c.Title, Unit = c.Unit.Value, EctsCreditsHundredths = c.Credits.Hundredths, Automatic = c.Automatic, Condition = c.Condition,
                }),
            },
        },
    };

    private static readonly ImmutableDictionary<Wire.AgreementSignature.Types.Party, AgreementParty> Parties = ImmutableDictionary.CreateRange(
    [
        KeyValuePair.Create(Wire.AgreementSignature.Types.Party.Learner, AgreementParty.Learner), KeyValuePair.Create(Wire.AgreementSignature.Types.Party.Institution, AgreementParty.Institution),
        KeyValuePair.Create(Wire.AgreementSignature.Types.Party.Host, AgreementParty.Host),
    ]);

    private static AgreementSignature? Signature(string at, Wire.AgreementSignature wire, DateOnly today, RequestFields fields)
    {
        var known = Parties.TryGetValue(wire.Party, out var party);
        fields.Require(known, at + "party", "must be the learner, the institution or the host");
        var day = fields.RequiredDay(at + "signed_date", wire.SignedDate);
        fields.Require(day is null || day <= today, at + "signed_date", "must not be in the future");
        return known && day is { } signed ? new(party, signed) : null;
    }

    private static AgreementComponent? Component(string at, Wire.AgreementComponent wire, OrganisationId? host, RequestFields fields)
    {
        var body = fields.Organisation(at + "awarding_body", wire.AwardingBody) ?? host;
        fields.Text(at + "code", wire.Code, 0, 100);
        fields.Text(at + "title", wire.Title, 0, 500);
        fields.Require(!string.IsNullOrWhiteSpace(wire.Code) || !string.IsNullOrWhiteSpace(wire.Title), at + "code", "or a title is required");
        var unit = fields.Required<UnitCode>(at + "unit", wire.Unit, UnitCode.TryParse, "the code of a unit, 1 to 64 characters");
        var right = EctsCredits.TryFromHundredths(wire.EctsCreditsHundredths, out var credits) && credits > EctsCredits.Zero;
        fields.Require(right, at + "ects_credits_hundredths", "must be from 1 to 36000");
        fields.Text(at + "condition", wire.Condition, 0, MaxText);
        fields.Require(!wire.Automatic || wire.Condition.Length == 0, at + "automatic", "does not go with a condition, which a person sees to");
        return body is null || unit is null || !right ? null : new() { AwardingBody = body, Code = wire.Code.Trim(), Title = wire.Title.Trim(), Unit = unit, Credits = credits, Automatic = wire.Automatic, Condition = wire.Condition };
    }

    private static AgreementId? Id(string text, RequestFields fields) => fields.Required<AgreementId>("agreement_id", text, AgreementId.TryParse, IdShape);

    private static int? Etag(string text, RequestFields fields)
    {
        if (text.Length == 0) return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var etag) && etag >= 1) return etag;
        fields.Wrong("etag", "must be the etag of an agreement as it was read");
        return null;
    }
}
