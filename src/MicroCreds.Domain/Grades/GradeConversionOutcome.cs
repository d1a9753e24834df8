namespace MicroCreds.Domain.Grades;

/// <summary>Result of a conversion: a grade, or the reason why there is none. A result without a grade is a pass, ungraded; no grade is ever invented.</summary>
public abstract record GradeConversionOutcome
{
    private GradeConversionOutcome() { }

    /// <summary>A grade was found.</summary>
    public sealed record Converted(GradeConversion Conversion) : GradeConversionOutcome;

    /// <summary>No grade can be given; <paramref name="Reason"/> is a sentence for the officer.</summary>
    public sealed record NotConvertible(string Reason) : GradeConversionOutcome;
}
