using System.Net;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Node.Configuration;

namespace MicroCreds.Node.Operations.Support;

/// <summary>
/// The configuration for those who help: numbers, choices, members and the node's own addresses. Of everything else (paths, texts, addresses elsewhere, which may hold
/// names and passwords) only whether it is set, or how many there are.
/// </summary>
internal static class BundleConfiguration
{
    /// <summary>What may be shown.</summary>
    public static JsonObject Of(NodeOptions options) => new()
    {
        ["store"] = options.Store.Length == 0 ? "sqlite" : options.Store.StartsWith("file:", StringComparison.Ordinal) ? "postgresql, from a file" : "postgresql",
        ["dataDirectory"] = Directory.Exists(options.DataDirectory) ? "there" : "missing",
        ["keysDirectory"] = IsSet(options.KeysDirectory),
        ["endpoints"] = new JsonObject { ["partner"] = Address(options.Endpoints.Partner), ["staff"] = Address(options.Endpoints.Staff), ["web"] = Address(options.Endpoints.Web) },
        ["publicWebUrl"] = IsSet(options.PublicWebUrl),
        ["trustList"] = new JsonObject { ["file"] = File.Exists(options.TrustList.File) ? "there" : "missing", ["coordinatorKeys"] = options.TrustList.CoordinatorKeys.Count, ["threshold"] = options.TrustList.Threshold },
        ["pinnedAnchors"] = options.PinnedAnchors.Count,
        ["trust"] = new JsonObject
        {
            ["issuers"] = options.Trust.Issuers.Count, ["statusLists"] = options.Trust.StatusLists.Count, ["trustedLists"] = options.Trust.TrustedLists.Count, ["revocationLists"] = options.Trust.RevocationLists.Count,
            ["privateNetworks"] = options.Trust.PrivateNetworks.Count, ["statusListHours"] = options.Trust.StatusListHours, ["keyHours"] = options.Trust.KeyHours,
        },
        ["corsOrigins"] = options.Cors.Origins.Count,
        ["otlp"] = IsSet(options.Otlp.Endpoint),
        ["metrics"] = new JsonObject { ["enabled"] = options.Metrics.Enabled, ["token"] = IsSet(options.Metrics.TokenFile) },
        ["institutions"] = new JsonArray([.. options.Institutions.Select(Institution)]),
    };

    private static JsonNode Institution(InstitutionOptions institution) => new JsonObject
    {
        ["organisation"] = OrganisationId.TryParse(institution.Organisation, out var organisation) ? organisation.Value : "wrong",
        ["keysDirectory"] = IsSet(institution.KeysDirectory),
        ["qualityAssurance"] = institution.QualityAssurance.Count,
        ["tableApproval"] = institution.TableApproval.ToString(),
        ["policy"] = new JsonObject
        {
            ["decisionMonths"] = institution.Policy.DecisionMonths, ["clock"] = institution.Policy.Clock.ToString(), ["ruleDate"] = institution.Policy.RuleDate.ToString(), ["appealDays"] = institution.Policy.AppealDays,
            ["hoursPerCredit"] = institution.Policy.HoursPerCredit, ["creditStepHundredths"] = institution.Policy.CreditStepHundredths, ["validationCapHundredths"] = institution.Policy.ValidationCapHundredths,
            ["doubleCounting"] = institution.Policy.DoubleCounting.ToString(), ["decisionApproval"] = institution.Policy.DecisionApproval.ToString(), ["approvalAboveHundredths"] = institution.Policy.ApprovalAboveHundredths, ["gradeChoice"] = institution.Policy.GradeChoice.ToString(), ["gradeSliverPercent"] = institution.Policy.GradeSliverPercent,
            ["gradeMinimumCount"] = institution.Policy.GradeMinimumCount, ["legalBases"] = institution.Policy.LegalBasis.Count,
        },
    };

    private static string IsSet(string value) => value.Length > 0 ? "set" : "not set";

    private static string Address(string value) => IPEndPoint.TryParse(value, out var address) ? address.ToString() : "wrong";
}
