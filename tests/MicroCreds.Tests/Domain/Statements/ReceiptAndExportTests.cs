using System.Text;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Statements;
using static MicroCreds.Tests.Domain.Statements.StatementSamples;

namespace MicroCreds.Tests.Domain.Statements;

public sealed class ReceiptAndExportTests
{
    private static readonly SignedStatement Statement = Sign();
    private static readonly StreamHead Head = new(1, 1, Statement.Digest);
    private static readonly string Receipt = ReceiptCodec.Sign(Parties, Head, Draft.IssuedAt, AudienceKey);

    [Fact]
    public void a_receipt_comes_back_as_it_was_given()
    {
        Assert.False(ReceiptCodec.Read(Receipt, Parties, AudienceKeyOf).Failed(out _, out var receipt));
        Assert.Equal(new Receipt(Parties, Head, Draft.IssuedAt), receipt);
    }

    [Fact]
    public void a_receipt_is_signed_by_the_audience_for_this_stream_alone()
    {
        Assert.Equal("key_unknown", Fault(Receipt, Parties, KeyOf));
        Assert.Equal("claims", Fault(Receipt, Parties with { Consortium = "another" }, AudienceKeyOf));
        Assert.Equal("claims", Fault(Receipt, Parties with { Issuer = OrganisationId.Parse("uni-c.example") }, AudienceKeyOf));
        Assert.Equal("claims", Fault(Receipt, new StreamParties(Parties.Audience, Parties.Issuer, Parties.Consortium), AudienceKeyOf));
        Assert.Equal("type", Fault(StatementCodec.Sign(Draft, First, Parties, AudienceKey).Jws, Parties, AudienceKeyOf));
        Assert.Equal("size", Fault(new string('A', ReceiptCodec.MaxBytes + 1), Parties, AudienceKeyOf));
    }

    [Fact]
    public void nothing_received_is_nothing_to_receipt() =>
        Assert.Throws<ArgumentException>(() => ReceiptCodec.Sign(Parties, StreamHead.Empty, Draft.IssuedAt, AudienceKey));

    [Fact]
    public void an_export_keeps_the_signed_texts_as_they_are()
    {
        var export = new DecisionExport(Statement, Receipt);
        var file = export.Write();
        Assert.Equal(file, export.Write());
        Assert.False(DecisionExport.Read(file).Failed(out _, out var read));
        Assert.Equal((Statement.Jws, Receipt), (read!.Statement.Jws, read.Receipt));
        Assert.Equal(Statement.Disclosures.AsEnumerable(), read.Statement.Disclosures);
        Assert.Equal(Draft.PersonalData.AsEnumerable(), Read(read.Statement).PersonalData);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"statement":"a.b.c","disclosures":[]}""")]
    [InlineData("""{"statement":"","disclosures":[],"receipt":""}""")]
    [InlineData("""{"statement":"a.b.c","disclosures":"x","receipt":""}""")]
    [InlineData("""{"statement":"a.b.c","disclosures":[1],"receipt":""}""")]
    [InlineData("""{"statement":"a.b.c","disclosures":[],"receipt":"","more":1}""")]
    [InlineData("""{"statement":"a.b.c","statement":"a.b.c","disclosures":[],"receipt":""}""")]
    [InlineData("""{"statement":"ä.b.c","disclosures":[],"receipt":""}""")]
    public void a_file_of_another_shape_is_refused(string file)
    {
        Assert.True(DecisionExport.Read(Encoding.UTF8.GetBytes(file)).Failed(out var problem, out _));
        Assert.Equal((ProblemCode.StatementInvalid, "malformed"), (problem!.Code, problem.Facts["fault"]));
    }

    private static string Fault(string receipt, StreamParties parties, Func<string, VerificationKey?> keyOf)
    {
        Assert.True(ReceiptCodec.Read(receipt, parties, keyOf).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.StatementInvalid, problem!.Code);
        return problem.Facts["fault"];
    }
}
