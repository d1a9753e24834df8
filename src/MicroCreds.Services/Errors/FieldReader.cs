using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Grpc.Core;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Services.Institutions;

namespace MicroCreds.Services.Errors;

/// <summary>Reads the fields of one request and collects everything that is wrong with them, so that the caller hears it all at once.</summary>
internal sealed class FieldReader
{
    private readonly List<FieldViolation> _violations = [];

    /// <summary>Reads an identifier exactly as written.</summary>
    public delegate bool TryParse<T>(string? text, [NotNullWhen(true)] out T? value);

    /// <summary>Whether anything was wrong so far.</summary>
    public bool Any => _violations.Count > 0;

    /// <summary>The status that names every wrong field.</summary>
    public RpcException Refusal() => Problem.InvalidRequest([.. _violations]).ToRpcException();

    /// <summary>Notes a wrong field.</summary>
    public void Add(string field, string description) => _violations.Add(new FieldViolation(field, description));

    /// <summary>A required value of a type that reads itself; null after a violation.</summary>
    public T? Read<T>(string field, string text, TryParse<T> parse, string expected) where T : class
    {
        if (parse(text, out var value)) return value;
        Add(field, $"must be {expected}");
        return null;
    }

    /// <summary>As <see cref="Read"/>, but empty is null without a violation.</summary>
    public T? ReadOptional<T>(string field, string text, TryParse<T> parse, string expected) where T : class =>
        text.Length == 0 ? null : Read(field, text, parse, expected);

    /// <summary>Id of a change.</summary>
    public RequestId? RequestId(string field, string text) => Read<RequestId>(field, text, Domain.Identifiers.RequestId.TryParse, "a UUID made by the client");

    /// <summary>Id of a case.</summary>
    public CaseId? CaseId(string field, string text) => Read<CaseId>(field, text, Domain.Identifiers.CaseId.TryParse, "a case id, 32 lower-case hexadecimal digits");

    /// <summary>The institution a request names, hosted here or not; the only one hosted when it names none.</summary>
    public OrganisationId? Institution(string field, string text, Hosting hosting)
    {
        if (text.Length > 0) return Read<OrganisationId>(field, text, OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example");
        if (hosting.All is [var only]) return only.Organisation;
        Add(field, $"is required on a node that hosts {hosting.All.Length} institutions");
        return null;
    }

    /// <summary>A text with a length in characters, both ends included.</summary>
    public string Text(string field, string text, int min, int max)
    {
        if (min > 0 && string.IsNullOrWhiteSpace(text)) Add(field, "must not be empty");
        else if (text.Length < min || text.Length > max) Add(field, min == 0 ? $"must have at most {max} characters" : $"must have {min} to {max} characters");
        return text;
    }

    /// <summary>A day as <c>YYYY-MM-DD</c>; null when it is empty and may be, or after a violation.</summary>
    public DateOnly? Day(string field, string text, bool required)
    {
        if (text.Length == 0 && !required) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Add(field, "must be a day as YYYY-MM-DD");
        return null;
    }

    /// <summary>A value of an enumeration; null after a violation.</summary>
    public T? Choice<T>(string field, T? value) where T : struct, Enum
    {
        if (value is null) Add(field, "must be one of the values the contract names");
        return value;
    }

    /// <summary>A message that must be there.</summary>
    public void Required(string field, object? message)
    {
        if (message is null) Add(field, "is required");
    }
}
