using System.Collections.Immutable;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Services.Equivalence;
using MicroCreds.Services.Errors;
using Wire = MicroCreds.Federation.V1;

namespace MicroCreds.Services.Grades;

/// <summary>Between grade tables and conversions of the domain and of the contract.</summary>
internal static class GradeMapping
{
    private const int MaxLabel = 40;
    private const int MaxThousandths = 10_000_000;

    // Two hundred such counts stay far below what their products with another table's total may reach exactly.
    private const long MaxCount = 1_000_000_000;

    /// <summary>The table to keep, with the request id.</summary>
    internal static (RequestId Id, GradeTable Table) ToPut(Wire.PutGradeTableRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var id = fields.RequestId(request.RequestId);
        var table = Table("table.", request.Table ?? new(), fields);
        fields.ThrowIfWrong();
        return (RequestFields.Known(id), RequestFields.Known(table));
    }

    /// <summary>A table; null when its organisation is not named.</summary>
    internal static GradeTable? Table(string at, Wire.GradeTable wire, RequestFields fields)
    {
        var organisation = fields.Required<OrganisationId>(at + "organisation", wire.Organisation, OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example");
        Group(at, wire.IscedField, wire.EqfLevel, fields);
        fields.Require(wire.FirstYear is >= 1950 and <= 2200, at + "first_year", "is required: an academic year such as 2023");
        // ECTS Users' Guide 2015, "Grading table": at least the last two years.
        fields.Require(wire.LastYear > wire.FirstYear && wire.LastYear <= 2200, at + "last_year", "must be at least one year after first_year");
        fields.Require(wire.StepThousandths is >= 0 and <= 100_000, at + "step_thousandths", "must be from 1 to 100000, or 0 for whole grades");
        var grades = Grades(at, wire, fields);
        return organisation is null ? null : new()
        {
            Organisation = organisation,
            IscedField = wire.IscedField,
            EqfLevel = wire.EqfLevel,
            FirstYear = wire.FirstYear,
            LastYear = wire.LastYear,
            StepThousandths = wire.StepThousandths == 0 ? 1000 : wire.StepThousandths,
            Grades = grades,
        };
    }

    /// <summary>The organisation that gave the grade, after the whole request was looked at.</summary>
    internal static OrganisationId ToConvert(Wire.ConvertGradeRequest request)
    {
        var fields = new RequestFields();
        fields.Institution(request.Institution);
        var source = fields.Required<OrganisationId>("source_organisation", request.SourceOrganisation, OrganisationId.TryParse, "a SCHAC home-organisation identifier such as uni-a.example");
        fields.Require(request.Grade.Length is >= 1 and <= MaxLabel, "grade", $"is required: the grade as awarded, 1 to {MaxLabel} characters");
        Group("", request.IscedField, request.EqfLevel, fields);
        fields.ThrowIfWrong();
        return RequestFields.Known(source);
    }

    /// <summary>A table for whoever sent it.</summary>
    internal static Wire.GradeTable ToWire(GradeTable table)
    {
        var wire = new Wire.GradeTable
        {
            Organisation = table.Organisation.Value,
            IscedField = table.IscedField,
            EqfLevel = table.EqfLevel,
            FirstYear = table.FirstYear,
            LastYear = table.LastYear,
            StepThousandths = table.StepThousandths,
        };
        foreach (var grade in table.Grades)
        {
            var segment = new Wire.GradeSegment { Label = grade.Label, Count = grade.Count, Failing = !grade.Passing, Distinction = grade.Distinction };
            if (grade.Thousandths is { } value) segment.ValueThousandths = value;
            if (grade.FromThousandths is { } from) segment.FromThousandths = from;
            wire.Grades.Add(segment);
        }

        return wire;
    }

    /// <summary>A conversion with its overlaps; of the tables no more than that.</summary>
    internal static Wire.GradeConversion ToWire(GradeConversion conversion)
    {
        var wire = new Wire.GradeConversion
        {
            Source = conversion.Source,
            SourceSegment = conversion.SourceSegment,
            Target = conversion.Target,
            Choice = SnakeCase.Of(conversion.Policy.Choice),
            SliverPercent = conversion.SliverPercent,
        };
        wire.Overlaps.AddRange(conversion.Overlaps.Select(o => new Wire.GradeOverlap { Label = o.Label, ShareHundredthsPercent = o.ShareHundredthsPercent }));
        wire.Warnings.AddRange(conversion.Warnings);
        return wire;
    }

    private static void Group(string at, string iscedField, int eqfLevel, RequestFields fields)
    {
        fields.Require(iscedField.Length == 0 || EquivalenceMapping.IsIscedField(iscedField), at + "isced_field", "must be an ISCED-F code of 2 to 4 digits, or empty");
        fields.Require(eqfLevel is 0 or (>= 5 and <= 8), at + "eqf_level", "must be from 5 to 8, or 0");
    }

    private static ImmutableArray<GradeSegment> Grades(string of, Wire.GradeTable wire, RequestFields fields)
    {
        fields.Require(wire.Grades.Count is >= 2 and <= 200, of + "grades", "must be 2 to 200 grades, best first");
        var labels = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var grades = ImmutableArray.CreateBuilder<GradeSegment>();
        foreach (var (grade, i) in wire.Grades.Take(200).Select((g, i) => (g, i)))
        {
            var at = $"{of}grades[{i}].";
            fields.Require(grade.Label.Length is >= 1 and <= MaxLabel, at + "label", $"is required: 1 to {MaxLabel} characters");
            fields.Require(labels.Add(grade.Label), at + "label", $"stands twice: {grade.Label}");
            fields.Require(grade.Count is >= 0 and <= MaxCount, at + "count", $"must be from 0 to {MaxCount}");
            fields.Require(!grade.HasValueThousandths || grade.ValueThousandths is >= 0 and <= MaxThousandths, at + "value_thousandths", $"must be from 0 to {MaxThousandths}");
            fields.Require(!grade.HasFromThousandths || grade.FromThousandths is >= 0 and <= MaxThousandths, at + "from_thousandths", $"must be from 0 to {MaxThousandths}");
            fields.Require(!grade.Failing || !grade.Distinction, at + "distinction", "a failing grade is no distinction");
            grades.Add(new(grade.Label, grade.HasValueThousandths ? grade.ValueThousandths : null, grade.Count, !grade.Failing, grade.Distinction)
            {
                FromThousandths = grade.HasFromThousandths ? grade.FromThousandths : null,
            });
        }

        fields.Require(grades.Any(g => g.Passing && g.Count > 0), of + "grades", "must count at least one passing grade");
        return grades.ToImmutable();
    }
}
