using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Errors;

/// <summary>Reads the fields of a request and gathers everything that is wrong with them, so that one refusal names it all.</summary>
internal sealed class RequestFields
{
    private readonly List<FieldViolation> _violations = [];

    /// <summary>Reads an identifier exactly as written.</summary>
    internal delegate bool Parser<T>(string? text, out T? value);

    /// <summary>Notes a wrong field.</summary>
    internal void Wrong(string field, string description) => _violations.Add(new(field, description));

    /// <summary>Notes a wrong field unless <paramref name="right"/>.</summary>
    internal void Require(bool right, string field, string description)
    {
        if (!right) Wrong(field, description);
    }

    /// <summary>A required value with a parser of its own; null when wrong.</summary>
    internal T? Required<T>(string field, string text, Parser<T> parse, string expected) where T : class
    {
        if (text.Length > 0) return Optional(field, text, parse, expected);
        Wrong(field, $"is required: {expected}");
        return null;
    }

    /// <summary>A value with a parser of its own; null when empty or wrong.</summary>
    internal T? Optional<T>(string field, string text, Parser<T> parse, string expected) where T : class
    {
        if (text.Length == 0) return null;
        if (parse(text, out var value)) return value;
        Wrong(field, $"must be {expected}");
        return null;
    }

    /// <summary>A day as <c>YYYY-MM-DD</c>; null when empty or wrong.</summary>
    internal DateOnly? Day(string field, string text)
    {
        if (text.Length == 0) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Wrong(field, "must be a day as YYYY-MM-DD");
        return null;
    }

    /// <summary>A required day; null when wrong.</summary>
    internal DateOnly? RequiredDay(string field, string text)
    {
        if (text.Length > 0) return Day(field, text);
        Wrong(field, "is required: a day as YYYY-MM-DD");
        return null;
    }

    /// <summary>A text with a length in characters, both ends included; one that must say something may not be blank.</summary>
    internal void Text(string field, string text, int min, int max)
    {
        if (min > 0 && string.IsNullOrWhiteSpace(text)) Wrong(field, $"is required: a text of {min} to {max} characters");
        else if (text.Length < min || text.Length > max) Wrong(field, $"must have {min} to {max} characters");
    }

    /// <summary>A required value of an enumeration, already read; null when the contract does not name it.</summary>
    internal T? Choice<T>(string field, T? value) where T : struct, Enum
    {
        if (value is null) Wrong(field, "must be one of the values the contract names");
        return value;
    }

    /// <summary>A required case id.</summary>
    internal CaseId? CaseId(string field, string text) => Required<CaseId>(field, text, Domain.Identifiers.CaseId.TryParse, "a case id, 32 lower-case hexadecimal digits");

    /// <summary>The institution a request names, hosted here or not; the only one hosted when it names none.</summary>
    internal OrganisationId? Institution(string field, string text, Hosting hosting)
    {
        if (text.Length > 0) return Organisation(field, text);
        if (hosting.All is [var only]) return only.Organisation;
        Wrong(field, $"is required on a node that hosts {hosting.All.Length} institutions");
        return null;
    }

    /// <summary>The client's request id.</summary>
    internal RequestId? RequestId(string text) => RequestId("request_id", text);

    /// <summary>The client's request id in a field of another name.</summary>
    internal RequestId? RequestId(string field, string text) => Required<RequestId>(field, text, Domain.Identifiers.RequestId.TryParse, "a UUID made by the client");

    /// <summary>The institution a request names; empty is left to the node that hosts exactly one.</summary>
    internal void Institution(string text) => Organisation("institution", text);

    /// <summary>An organisation that may be left out.</summary>
    internal OrganisationId? Organisation(string field, string text) =>
        Optional<OrganisationId>(field, text, OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example");

    /// <summary>Whether a field is wrong.</summary>
    internal bool AnyWrong => _violations.Count > 0;

    /// <summary>The refusal that names every wrong field.</summary>
    internal RpcException Refusal() => Problem.InvalidRequest([.. _violations]).ToRpcException();

    /// <summary>Ends the call when a field is wrong.</summary>
    internal void ThrowIfWrong()
    {
        if (AnyWrong) throw Refusal();
    }

    /// <summary>A required value after <see cref="ThrowIfWrong"/>.</summary>
    internal static T Known<T>([NotNull] T? value) where T : class => value ?? throw new UnreachableException();
}
