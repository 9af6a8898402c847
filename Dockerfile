# syntax=docker/dockerfile:1
# Loupe as a container image.
#   docker build --target cpu  -t loupe:cpu  .      for gateways, and silos without a GPU
#   docker build --target cuda -t loupe:cuda .      for silos with one (NVIDIA's container toolkit on the node)
# The bundle that ships is inside; another is mounted, and named by LOUPE__Loupe__Bundle.

ARG DOTNET=10.0
# The one that Microsoft.ML.OnnxRuntime.Gpu was made for; the build says if it is another.
ARG CUDA=13.0.1

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET}-noble AS build
WORKDIR /src

# What packages are wanted changes seldom, so that they are restored in a layer of their own.
COPY Directory.Build.props Directory.Packages.props global.json ./
COPY Contract/Contract.csproj Contract/
COPY Engine/Engine.csproj Engine/
COPY Engine/Families/Families.csproj Engine/Families/
COPY Engine/Models/Models.csproj Engine/Models/
COPY Gateway/Gateway.csproj Gateway/
COPY Grains/Grains.csproj Grains/
COPY Grains.Interfaces/Grains.Interfaces.csproj Grains.Interfaces/
COPY Imaging/Imaging.csproj Imaging/
COPY Redis/Redis.csproj Redis/
COPY Silo/Silo.csproj Silo/
RUN dotnet restore Silo/Silo.csproj --runtime linux-x64

COPY Contract Contract
COPY Engine Engine
COPY Gateway Gateway
COPY Grains Grains
COPY Grains.Interfaces Grains.Interfaces
COPY Imaging Imaging
COPY Redis Redis
COPY Silo Silo
RUN dotnet publish Silo/Silo.csproj -c Release --runtime linux-x64 --no-self-contained --no-restore -o /app

# What only a GPU needs is most of the size.
FROM build AS build-cpu
RUN rm -f /app/libonnxruntime_providers_cuda.so /app/libonnxruntime_providers_tensorrt.so

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-noble AS dotnet

# Drivers come from the node; the libraries of CUDA and cuDNN from this image. Ubuntu 24.04, as the one below.
FROM nvidia/cuda:${CUDA}-cudnn-runtime-ubuntu24.04 AS cuda
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libssl3t64 \
 && rm -rf /var/lib/apt/lists/*
COPY --from=dotnet /usr/share/dotnet /usr/share/dotnet
COPY --from=build /app /app
# Everything that the provider needs is here, but the driver's own library, which comes with the node.
RUN needed=$(ldd /app/libonnxruntime_providers_cuda.so) || exit 1; \
    if echo "$needed" | grep 'not found' | grep -v -e 'libcuda\.so' -e 'libonnxruntime'; then \
      echo 'The CUDA of this image is not the one that ONNX Runtime was made for: --build-arg CUDA=VERSION' >&2; exit 1; \
    fi
COPY models/scenes-mini /app/models/scenes-mini
COPY LICENSE docs/licences.md /app/licences/
ENV DOTNET_ROOT=/usr/share/dotnet \
    DOTNET_EnableDiagnostics=0 \
    LOUPE__Silo__Host=0.0.0.0 \
    LOUPE__Loupe__Data=/data
RUN install -d -o 1654 -g 1654 /data
VOLUME /data
USER 1654:1654
WORKDIR /app
EXPOSE 8080 11111 9090
ENTRYPOINT ["/usr/share/dotnet/dotnet", "/app/Loupe.Silo.dll"]

# No shell, no package manager. /data is made where there is a shell.
FROM build AS folders
RUN install -d -o 1654 -g 1654 /empty/data

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-noble-chiseled AS cpu
COPY --from=build-cpu /app /app
COPY --from=folders --chown=1654:1654 /empty/data /data
COPY models/scenes-mini /app/models/scenes-mini
COPY LICENSE docs/licences.md /app/licences/
ENV DOTNET_EnableDiagnostics=0 \
    LOUPE__Silo__Host=0.0.0.0 \
    LOUPE__Loupe__Data=/data
VOLUME /data
USER 1654:1654
WORKDIR /app
EXPOSE 8080 11111 9090
ENTRYPOINT ["dotnet", "/app/Loupe.Silo.dll"]
