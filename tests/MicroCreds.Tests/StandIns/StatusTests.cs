using Grpc.Core;

namespace MicroCreds.Tests.StandIns;

/// <summary>The outcome of a call and the exception that carries it.</summary>
public sealed class StatusTests
{
    [Fact]
    public void shows_code_detail_and_cause()
    {
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"no such case\")", new Status(StatusCode.NotFound, "no such case").ToString());
        Assert.Equal(
            "Status(StatusCode=\"Internal\", Detail=\"d\", DebugException=\"System.IO.IOException: cut\")",
            new Status(StatusCode.Internal, "d", new IOException("cut")).ToString());
    }

    [Fact]
    public void the_ready_made_ones_have_no_detail()
    {
        Assert.Equal((StatusCode.OK, ""), (Status.DefaultSuccess.StatusCode, Status.DefaultSuccess.Detail));
        Assert.Equal((StatusCode.Cancelled, ""), (Status.DefaultCancelled.StatusCode, Status.DefaultCancelled.Detail));
    }

    [Fact]
    public void codes_have_the_numbers_of_the_protocol() =>
        Assert.Equal(Enumerable.Range(0, 17), Enum.GetValues<StatusCode>().Select(code => (int)code));

    [Fact]
    public void an_exception_carries_status_trailers_and_cause()
    {
        var cause = new IOException("cut");
        var status = new Status(StatusCode.Unavailable, "away", cause);
        var trailers = new Metadata { { "k", "v" } };

        var exception = new RpcException(status, trailers);

        Assert.Equal(StatusCode.Unavailable, exception.StatusCode);
        Assert.Equal(status, exception.Status);
        Assert.Same(trailers, exception.Trailers);
        Assert.Same(cause, exception.InnerException);
        Assert.Equal(status.ToString(), exception.Message);
    }

    [Fact]
    public void an_exception_may_have_a_message_of_its_own_and_no_trailers()
    {
        var status = new Status(StatusCode.Aborted, "d");

        Assert.Same(Metadata.Empty, new RpcException(status).Trailers);
        Assert.Equal("mine", new RpcException(status, "mine").Message);
        Assert.Equal("mine", new RpcException(status, [], "mine").Message);
        Assert.Throws<ArgumentNullException>(() => new RpcException(status, (Metadata)null!));
    }
}
